"""One round of some faults; the rest is for ``python -m tests.faults``."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.known import FAULTS


@pytest.mark.parametrize("name", ["server killed", "event garbled", "keeper killed"])
def test_everything_goes_on_and_nothing_is_lost(name: str) -> None:
    for outcome in FAULTS[name](Random(0), 1):
        assert outcome.recovered, outcome.told
        assert outcome.lost == 0, outcome.told
