"""The faults that raise nothing, as text: code that has each, words for it. Imports no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent
LANGUAGE = "en"


class Silent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One silent fault: code that has it, and the same code without."""

    id: str
    page: str
    snippet: str
    repaired: str
    title: str
    says: str
    fix: str


@lru_cache
def silent() -> dict[str, Silent]:
    """All silent faults by id."""
    facts = tomllib.loads((HERE / "silent_faults.toml").read_text(encoding="utf-8"))["fault"]
    words: dict[str, dict[str, Any]] = tomllib.loads(
        (HERE / f"silent_faults.{LANGUAGE}.toml").read_text(encoding="utf-8")
    )
    return {fact["id"]: msgspec.convert({**fact, **words[fact["id"]]}, Silent) for fact in facts}


def faults() -> Iterator[Silent]:
    """All silent faults, in the order of the file."""
    yield from silent().values()
