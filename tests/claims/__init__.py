"""Every sentence of the course that speaks of a run, held against runs.

What belongs here: gathering claims from the lessons, making the runs they speak of for several
seeds, and telling which of them hold. ``python -m tests.claims`` prints the report.
"""
