"""``python -m tests.looks OUT``: the whole app as contact sheets, to be looked at as one.

What belongs here: walking through the app and drawing what its terminal shows. No verdict on looks:
a person gives that; what must hold of a screen is in ``tests.tui`` and ``tests.app``.
"""
