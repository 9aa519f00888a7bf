"""The check-up of ``tocha doctor``: the machine, torch, the terminal, the data folder.

What belongs here: questions to this computer, each answered as a `Line`. How the lines are printed
and counted is in ``tui.commands.doctor``; errors in a learner's code are explained in
``engine.doctor``.
"""
