"""Faults put into running programs, and what becomes of them: real processes, real terminals.

``python -m tests.faults [NAME…] [--times N] [--seed S]`` prints a table: how often each fault was
put in at a moment nobody chose, how often everything went on, what was lost, and how long it took
until a run worked again. What belongs here: faults from outside. What a learner's own code can do
is in ``tests.process.faults``.
"""
