"""Every fault by its name."""

from __future__ import annotations

from tests.faults import processes
from tests.faults.outcome import Rounds

FAULTS: dict[str, Rounds] = {
    **processes.FAULTS,
}
