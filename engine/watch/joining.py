"""Other processes of a watched script: what is called in them before anything else."""

from __future__ import annotations

import sys

from engine.watch.inside import Watch


def spawned(place: str) -> None:
    """In a process that `multiprocessing` has started as a fresh interpreter."""
    from multiprocessing import util

    watch = Watch(place)
    watch.wait_for_torch()
    # Such a process leaves without what `atexit` would call.
    util.Finalize(None, watch.finish, exitpriority=-100)


def launched(place: str) -> None:
    """In a process that ``torchrun`` has started: the arguments are the script's."""
    from engine.watch.script import run_watched

    run_watched(Watch(place), sys.argv[1:])
