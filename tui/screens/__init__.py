"""The screens: what fills the terminal, or asks a question over it, and each one's keys.

What belongs here: screens, their bases, their key bindings, and when they paint. A part that a
screen is put together from is in ``tui.widgets``; what a screen shows and keeps is in
``tui.state``.
"""
