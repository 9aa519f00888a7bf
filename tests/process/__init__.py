"""Server and runs as real processes: the protocol, limits, faults, endings.

What belongs here: starting, feeding, limiting and ending a run. What it computes is in
``tests.experiments``, how an answer is judged in ``tests.grading``.
"""
