"""What experiments are made of: surfaces, expressions, a simulated device, timing, batched models.

What belongs here: code more than one experiment uses, or that would hide the point of a single one.
"""
