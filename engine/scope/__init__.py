"""The microscope: a learner's file line by line, with names, gradients and updates as they are.

What belongs here: lines, names, gradients and updates as dataclasses, read in the run's process and
never written: a run under it computes the same bits as without. No words, and no screen.
"""
