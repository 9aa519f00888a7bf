"""Errors explained: every rule against real exceptions and real tracebacks.

What belongs here: rules, words, builds of PyTorch, tracebacks as text. Faults that raise nothing
are found in ``tests.probe``; ``tocha explain`` as a shell calls it is in ``tests.commands``.
"""
