"""Experiments: live PyTorch, one module a topic, the code learners read and run.

What belongs here: generators of views that a lesson runs. What they are made of is in ``parts``.
"""
