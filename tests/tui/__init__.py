"""The screen: widgets, screens and their state, mostly without a terminal around them.

What belongs here: keys in and what the app shows, in this process; terminal and screen diff. The
whole app in a pty is in ``tests.app``, plots are in ``tests.plots``, what is kept is in
``tests.store``.
"""
