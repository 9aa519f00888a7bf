"""The probe: watching any training loop from outside, and what it finds there.

What belongs here: reading losses, gradients and graphs of code that was not changed. No verdicts.
"""
