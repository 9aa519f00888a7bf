"""Silent faults, which raise no exception: code that has each, words for it. Imports no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent
LANGUAGE = "en"


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
    facts = tomllib.loads((HERE / "silent_faults.toml").read_text(encoding="utf-8"))["fault"]
    words: dict[str, dict[str, Any]] = tomllib.loads(
        (HERE / f"silent_faults.{LANGUAGE}.toml").read_text(encoding="utf-8")
    )
    return {
        fact["id"]: msgspec.convert({**fact, **words[fact["id"]]}, SilentFault) for fact in facts
    }


def faults() -> Iterator[SilentFault]:
    """All silent faults, in the order of the file."""
    yield from silent_faults().values()
