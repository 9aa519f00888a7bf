"""Experiments run: same seed, same numbers, and the numbers are right.

What belongs here: experiments and their parts as generators, without a screen. What prose says of
them is in ``tests.lessons``; runs as processes are in ``tests.process``.
"""
