"""Experiments run: same seed, same numbers, and the numbers are right."""
