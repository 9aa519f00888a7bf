"""Behaviour, shown with real processes, real terminals and real torch."""
