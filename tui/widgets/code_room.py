"""What of an experiment's code is lit, and how wide it stands beside the pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lessons.format.schema import Experiment, Value

USUAL, BETWEEN, LEAST_PICTURES = 45, 3, 4
"""Percent of the stage that code has beside pictures, the columns between them, and the part of
the stage (one in so many) that any pictures have."""


def code_columns(pictures: int, room: int, longest: int) -> int | None:
    """Columns for code whose longest line has so many, beside pictures that need theirs.

    None where it has no more than it usually has.
    """
    left = room - max(pictures, room // LEAST_PICTURES) - BETWEEN
    wide = min(longest, left)
    return wide if wide > room * USUAL // 100 else None


def turned_lines(experiment: Experiment, values: Mapping[str, Value]) -> list[int]:
    """The lines of an experiment, from 1, that use a knob which is not at its default."""
    turned = [name for name, value in values.items() if value != experiment.defaults[name]]
    if not turned:
        return []
    words = re.compile(rf"\b({'|'.join(map(re.escape, turned))})\b")
    lines = enumerate(experiment.source.splitlines(), 1)
    return [number for number, line in lines if words.search(line.partition("#")[0])]
