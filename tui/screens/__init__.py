"""Screens, one class a file."""
