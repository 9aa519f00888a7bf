"""Grading: a learner's answer judged by what it does, with reference, effects and verdicts.

What belongs here: what checks are written with and how they are run. The checks themselves stand
beside their exercises in ``lessons``; errors are explained in ``engine.doctor``.
"""
