"""The probe: watch any training loop from outside, and find silent faults in it.

What belongs here: reading losses, gradients and autograd graphs of unchanged code. No verdicts.
"""
