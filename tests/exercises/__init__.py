"""Exercises proved: stubs and mutants fail with their own message, right answers pass."""
