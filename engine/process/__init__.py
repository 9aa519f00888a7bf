"""Runs in processes of their own: protocol, client, fork server, run.

What belongs here: starting, feeding, limiting and ending a run. What it computes, and what is said
about it, is in the other rooms.
"""
