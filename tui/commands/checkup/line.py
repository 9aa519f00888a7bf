"""One line of the check-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["ok", "warning", "fault"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it is, what was found, and what to do about it."""

    name: str
    state: State
    fact: str
    remedy: str = ""


def ok(name: str, fact: str) -> Line:
    """All is well."""
    return Line(name=name, state="ok", fact=fact)


def warning(name: str, fact: str, remedy: str) -> Line:
    """It works, and could work better."""
    return Line(name=name, state="warning", fact=fact, remedy=remedy)


def fault(name: str, fact: str, remedy: str) -> Line:
    """Something does not work."""
    return Line(name=name, state="fault", fact=fact, remedy=remedy)


def guarded(name: str, look: Callable[[], Iterable[Line]]) -> Iterator[Line]:
    """The lines of one look; a look that fails is a line too: a check-up never breaks."""
    try:
        yield from look()
    except Exception as error:
        yield warning(name, f"could not be looked at: {error}", "Report this with the text above.")


def gigabytes(count: float) -> str:
    """ "1.5 GB", "12 MB", "40 kB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count / 1e3:.0f} kB"
