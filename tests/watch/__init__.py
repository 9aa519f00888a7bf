"""Watched scripts as real processes that outlive their watchers.

What belongs here: keeper, log, followers, and ``tocha watch`` with and without a screen. What is
seen inside of a loop is in ``tests.probe``.
"""
