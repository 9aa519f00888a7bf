"""The widgets screens are put together from, and the plain functions widgets share.

What belongs here: parts of a screen, how rows are shared among them, and how cells, code and
sentences become Textual's text. No widget knows a screen; what it shows and keeps is in
``tui.state``, and pictures as cells are in ``engine.plots``.
"""
