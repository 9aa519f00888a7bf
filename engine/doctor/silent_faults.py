"""Silent faults, which raise no exception: code that has each, words for it. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from engine.doctor.facts_and_words import joined


class SilentFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One silent fault: code that has it, and the same code without."""

    id: str
    page: str
    snippet: str
    repaired: str
    title: str
    says: str
    fix: str


@lru_cache
def silent_faults() -> dict[str, SilentFault]:
    """All silent faults by id."""
    found = joined(Path(__file__).with_name("silent_faults.toml"), "fault")
    return {fault["id"]: msgspec.convert(fault, SilentFault) for fault in found}


def faults() -> Iterator[SilentFault]:
    """All silent faults, in the order of the file."""
    yield from silent_faults().values()
