"""The terminal beneath the screens: driver, screen diff, base app, themes, escaping, editor.

What belongs here: whatever knows escape sequences, signals or sizes. No lesson, no run.
"""
