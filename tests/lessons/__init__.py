"""Lessons read: their format, their words, and every number they quote.

What belongs here: prose, manifests, knobs, predictions and quotes. Experiments by themselves are in
``tests.experiments``, exercises in ``tests.exercises``, what is kept in ``tests.store``.
"""
