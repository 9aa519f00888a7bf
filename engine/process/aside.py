"""The engine asks a learner's model for itself: what runs of their code then is not their run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_aside = 0


@contextmanager
def aside() -> Iterator[None]:
    """In this block the learner's code is asked by the engine, out of turn."""
    global _aside
    _aside += 1
    try:
        yield
    finally:
        _aside -= 1


def is_aside() -> bool:
    """Whether what runs now is none of the learner's doing."""
    return _aside > 0
