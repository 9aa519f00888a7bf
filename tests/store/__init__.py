"""What is kept: real SQLite files, damaged, full, locked, shared.

What belongs here: the store, autosave, the review, and screens that show what was kept. Folders of
older versions are in ``tests.tui``.
"""
