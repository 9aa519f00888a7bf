"""Watched scripts as real processes that outlive their watchers."""
