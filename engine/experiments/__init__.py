"""Live PyTorch, one module a topic: the code learners read and run.

What belongs here: experiments, each a generator of views. What they are made of is in ``parts``.
"""
