"""Errors explained: every rule against real exceptions and real tracebacks."""
