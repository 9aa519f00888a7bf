"""Exercises proved: stubs and mutants fail with their own message, right answers pass.

What belongs here: the exercises of the course, judged as the app judges them. The judge by itself
is in ``tests.grading``.
"""
