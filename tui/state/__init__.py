"""What screens show, without a widget: runs, drafts, records, watched scripts.

What belongs here: state and its changes, testable without a terminal. No module here draws.
"""
