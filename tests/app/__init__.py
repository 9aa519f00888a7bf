"""The whole app in a real terminal: keys in, screens out.

What belongs here: what only the whole shows, from the start in a pty to what is left at the end. A
widget or a screen by itself is in ``tests.tui``.
"""
