"""Errors explained: from a live exception, or from the text of a traceback."""

from __future__ import annotations

from engine.process.protocol import Explained


def examine(error: BaseException, run_id: int, file: str = "") -> Explained | None:
    """What an exception means; None when no rule knows it."""
    return None
