"""The command line, as a shell calls it.

What belongs here: arguments, what is printed, exit statuses, completion. ``tocha watch`` is in
``tests.watch``; what opens the app is in ``tests.app``.
"""
