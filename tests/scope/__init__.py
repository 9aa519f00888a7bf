"""The microscope: lines, names, gradients and updates, in real runs.

What belongs here: what it reads, against PyTorch's own numbers. Its screen is in ``tests.tui``.
"""
