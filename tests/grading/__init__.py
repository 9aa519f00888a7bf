"""Grading: what checks are written with.

What belongs here: evidence, counting, verdicts, with answers made up for it. The course's own
exercises are in ``tests.exercises``.
"""
