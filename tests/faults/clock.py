"""The app under a clock that goes backwards: ``python -m tests.faults.clock SECONDS WORDS…``.

A stand-in: the machine's own clock is everybody's. What orders what is written must not trust it.
"""

from __future__ import annotations

import sys
import time

true_time = time.time


def put_back(seconds: float) -> None:
    """From now on ``time.time`` tells what it was so many seconds ago."""
    time.time = lambda: true_time() - seconds


if __name__ == "__main__":
    put_back(float(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    from tui.cli import main

    main()
