"""The engine: PyTorch that runs live, and everything that starts, watches, judges and draws it.

What belongs here: a room for each of those. No screen and no lesson: the engine imports neither.
"""
