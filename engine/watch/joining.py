"""Processes of a watched script: what is called in them before anything else."""

from __future__ import annotations

from engine.watch.inside import Watch
from engine.watch.starting import put_back


def started() -> None:
    """In the script's own process, or one that ``torchrun`` starts: before Python runs it."""
    told = put_back()
    if not told:
        return
    fd, ring, place = told.split(" ", 2)
    watch = Watch(place, int(fd), int(ring))
    import atexit

    # The first that is registered is called last: a script may still train at its end.
    atexit.register(watch.finish)
    watch.wait_for_torch()


def spawned(place: str) -> None:
    """In a process that `multiprocessing` has started as a fresh interpreter."""
    from multiprocessing import util

    watch = Watch(place)
    watch.wait_for_torch()
    # Such a process leaves without what `atexit` would call.
    util.Finalize(None, watch.finish, exitpriority=-100)
