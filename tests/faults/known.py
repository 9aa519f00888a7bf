"""Every fault by its name."""

from __future__ import annotations

from tests.faults import disks, events, processes, watched
from tests.faults.outcome import Rounds

FAULTS: dict[str, Rounds] = {
    **processes.FAULTS,
    **events.FAULTS,
    **disks.FAULTS,
    **watched.FAULTS,
}
