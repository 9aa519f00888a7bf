"""The screen and the command line: everything a learner sees, presses and types.

What belongs here: apps, the command line's entry, and a room each for commands, screens, widgets,
state and the terminal. No torch and no mathematics: those are in ``engine``; what is taught, and
what is kept of it, is in ``lessons``.
"""
