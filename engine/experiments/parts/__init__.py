"""Parts of experiments: surfaces, expressions, a simulated device, timing, batched models.

What belongs here: code that several experiments use, or that would hide the point of one. No views
of its own to show: those are an experiment's.
"""
