"""Layout: shares the rows of a column among charts, tables and texts."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_CHART, LEAST_TEXT = 7, 3
"""Rows below which a chart, or a table, says nothing."""


def shared(wanted: Sequence[int | None], available: int) -> list[int | None]:
    """Rows for every picture; None where it takes an equal part of what is left.

    ``wanted`` holds the rows a picture would like, None for one that can use any height. When not
    all can be had, the tallest give way first.
    """
    charts = sum(rows is None for rows in wanted)
    room = available - charts * LEAST_CHART
    given = [rows for rows in wanted if rows is not None]
    while sum(given) > room and given and max(given) > LEAST_TEXT:
        given[given.index(max(given))] -= 1
    rest = iter(given)
    return [None if rows is None else next(rest) for rows in wanted]
