"""The commands of ``tocha``, a module for each or for a few that belong together.

What belongs here: arguments, exit statuses, and what is printed without the app; what a command
needs is imported when it runs. The list of commands is in ``tui.cli``, what opens the app in
``tui.start``; whatever draws is in screens and widgets.
"""
