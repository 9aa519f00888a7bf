"""The microscope: a learner's file line by line, with names, gradients and updates as they are.

It reads and never writes: a run under it computes the same bits as without.
"""
