"""Grading: what checks are written with."""
