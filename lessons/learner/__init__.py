"""What a learner has done: progress, the spaced review, runs exported as files.

What belongs here: answers computed from the store. Tables and files are in ``lessons.store``.
"""
