"""The probe's own faults: it sees less from then on, or nothing, and says so once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

LONGEST = 120
"""Characters of an error that are told."""

P = ParamSpec("P")


class Faults:
    """How much of the watching is left."""

    def __init__(self, note: Callable[[str, str], None]) -> None:
        """``note`` takes a sentence about the probe ("")."""
        self._note = note
        self.is_blind = False
        """A look has failed: from then on only losses are told."""
        self.is_off = False
        """Not even losses can be told."""

    def blind(self, error: Exception) -> None:
        """A look has failed."""
        self.is_blind = True
        self._note("", f"Tocha shows losses only, after a fault of its own: {_words(error)}.")

    def switch_off(self, error: Exception) -> None:
        """A fault of our own: the script goes on without us."""
        self.is_off = self.is_blind = True
        self._note("", f"Tocha stopped watching after a fault of its own: {_words(error)}.")


class Faulty(Protocol):
    """Whoever may fail."""

    faults: Faults


Owner = TypeVar("Owner", bound=Faulty)


def carefully(look: Callable[Concatenate[Owner, P], None]) -> Callable[Concatenate[Owner, P], None]:
    """A look that fails is the last one: what is trained never hears of it."""

    @wraps(look)
    def looked(owner: Owner, /, *arguments: P.args, **settings: P.kwargs) -> None:
        if not owner.faults.is_blind:
            try:
                look(owner, *arguments, **settings)
            except Exception as error:
                owner.faults.blind(error)

    return looked


def _words(error: Exception) -> str:
    text = str(error).splitlines()
    return f"{type(error).__name__}: {text[0][:LONGEST]}" if text else type(error).__name__
