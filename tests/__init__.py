"""Behaviour, shown with real processes, real terminals and real torch.

What belongs here: a folder for each room of the product, and beside them what all of them use:
surroundings, runs, terminals, walls. Nothing the product imports; what the tests of one room alone
use is in its folder.
"""
