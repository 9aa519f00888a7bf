"""Figures that decide, measured on the machine at hand.

What belongs here: times, bytes and ratios, with their targets; no test asserts one. What must hold
on every machine is a test of its room.
"""
