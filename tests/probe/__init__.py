"""The probe in real training loops: what it shows, and what it finds.

What belongs here: loops watched from outside, in runs of the engine. Scripts that outlive their
watchers are in ``tests.watch``; the words about what is found are in ``tests.doctor``.
"""
