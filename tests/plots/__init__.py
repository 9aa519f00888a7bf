"""Plots: cells compared with files and with properties; no torch, no screen.

What belongs here: views, history, pictures as cells, and the widget that shows them. Which pictures
a lesson asks for is in ``tests.lessons``; whole screens are in ``tests.tui``.
"""
