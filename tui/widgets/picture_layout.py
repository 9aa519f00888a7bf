"""Layout: where the pictures of an experiment stand, below each other or side by side.

Below each other is easier to read, and is left only where rows are so few that pictures would say
nothing, or would be cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from engine.plots.natural import Want

LEAST_CHART, LEAST_TEXT = 8, 3
"""Rows below which a chart, or a table, says nothing."""

FLAT_CHART, FIRM = 5, 3
"""Rows that a chart is left with where that keeps whole what is firm, a row of which counts for so
many of a text."""

GOOD_CHART = 10
"""Rows from which the course of a curve is seen well."""

NARROW_CHART, GOOD_BREADTH = 34, 52
"""Columns that a chart needs, and from which it is no worse than any other."""

GAP = 3
"""Columns between two pictures."""

MOST_PICTURES = 6
"""More of them always stand below each other."""

FIRST, BESIDE = 6.0, 0.5
"""What it costs when the first chart has another beside it, and when any picture has."""

Band = list[int]
"""Which pictures stand side by side."""


class Place(NamedTuple):
    """Where a picture stands, in cells."""

    x: int
    y: int
    width: int
    height: int


@lru_cache(maxsize=64)
def packed(wants: tuple[Want, ...], width: int, height: int) -> list[Place]:
    """The best places for pictures in their order; what stands below another has a row of air."""
    tries = [
        places
        for bands in _bands(len(wants))
        if (places := _placed(wants, bands, width, height)) is not None
    ]
    return min(tries, key=lambda places: _cost(wants, places), default=[])


def _bands(many: int) -> Iterator[list[Band]]:
    """All ways to break a row of pictures into bands, the one with a band for each first."""
    if many > MOST_PICTURES:
        yield [[at] for at in range(many)]
        return
    for breaks in product((True, False), repeat=max(many - 1, 0)):
        edges = [0, *(at for at, is_break in enumerate(breaks, 1) if is_break), many]
        yield [list(range(a, b)) for a, b in pairwise(edges)]


def _placed(
    wants: Sequence[Want], bands: Sequence[Band], width: int, height: int
) -> list[Place] | None:
    """Places in these bands; None where one is too narrow."""
    broad = [_widths([wants[at] for at in band], width) for band in bands]
    rows = shared([_tallest([wants[at] for at in band]) for band in bands], height)
    places: list[Place] = []
    y = 0
    for widths, high in zip(broad, rows, strict=True):
        if widths is None:
            return None
        x = 0
        for wide in widths:
            places.append(Place(x, y, wide, high))
            x += wide + GAP
        y += high
    return places


def _widths(band: Sequence[Want], width: int) -> list[int] | None:
    """Columns for pictures side by side; what has none of its own shares what is left."""
    if len(band) == 1:
        return [width]
    left = width - GAP * (len(band) - 1) - sum(want.columns or 0 for want in band)
    free = sum(want.columns is None for want in band)
    if left < NARROW_CHART * free:
        return None
    widths = [want.columns if want.columns is not None else left // free for want in band]
    widths[-1] += width - GAP * (len(band) - 1) - sum(widths)
    return widths


def _tallest(band: Sequence[Want]) -> Want:
    rows = [want.rows for want in band if want.rows is not None]
    known = max(rows) if len(rows) == len(band) else None
    return Want(known, None, any(want.is_firm for want in band), max(want.most for want in band))


def shared(bands: Sequence[Want], available: int) -> list[int]:
    """Rows for every band: what it wants, with a row of air; charts share what is left.

    When not all can be had, the tallest give way first, and what is firm last.
    """
    last = len(bands) - 1
    given = [
        None if band.rows is None else band.rows + (at < last) for at, band in enumerate(bands)
    ]
    charts = given.count(None)
    if sum(rows or 0 for rows in given) > available - charts * LEAST_CHART:
        given = [band.rows for band in bands]  # first of all the air is given up
    firm = sum((LEAST_TEXT, band.rows)[band.is_firm] for band in bands if band.rows is not None)
    # A chart gives way to what is firm only where that is whole then; else it is seen well.
    flat = next((least for least in (FLAT_CHART, LEAST_CHART)
                 if firm <= available - charts * least), GOOD_CHART)  # fmt: skip
    for is_firm, least in ((False, LEAST_CHART), (True, flat)):
        room = available - charts * least
        while sum(rows or 0 for rows in given) > room:
            soft = {at: rows for at, rows in enumerate(given)
                    if rows and rows > LEAST_TEXT and is_firm >= bands[at].is_firm}  # fmt: skip
            if not soft:
                break
            tallest = max(soft, key=lambda at: soft[at])
            given[tallest] = soft[tallest] - 1
    left = max(available - sum(rows or 0 for rows in given), 0)
    return _with_charts(given, left) if charts else _with_more(given, bands, left)


def _with_more(given: Sequence[int | None], bands: Sequence[Want], left: int) -> list[int]:
    """What no picture needs goes to those that can use it, the first of them first."""
    found: list[int] = []
    for rows, band in zip(given, bands, strict=True):
        more = min(max(band.most - (band.rows or 0), 0), left)
        found.append((rows or 0) + more)
        left -= more
    return found


def _with_charts(given: Sequence[int | None], left: int) -> list[int]:
    """The first chart has half as much again as any other."""
    parts = [0.0 if rows is not None else 2.0 for rows in given]
    if 2.0 in parts:
        parts[parts.index(2.0)] = 3.0
    found: list[int] = []
    taken = done = 0.0
    for rows, part in zip(given, parts, strict=True):
        done += part
        upto = round(left * done / sum(parts)) if part else taken
        found.append(rows if rows is not None else int(upto - taken))
        taken = upto
    return found


def _cost(wants: Sequence[Want], places: Sequence[Place]) -> float:
    """How much less the pictures say than they would with all the room."""
    cost = 0.0
    charts = [at for at, want in enumerate(wants) if want.rows is None]
    for at, (want, place) in enumerate(zip(wants, places, strict=True)):
        beside = any(other.y == place.y for other in places if other is not place)
        cost += BESIDE * beside
        if want.rows is not None:
            cost += max(want.rows - place.height, 0) * (FIRM if want.is_firm else 1)
            continue
        cost += 2 * max(GOOD_CHART - place.height, 0)
        cost += max(GOOD_BREADTH - place.width, 0) / 12 * beside
        cost += FIRST * (beside and at == charts[0] and len(charts) > 1)
    return cost


class PictureLayout(Layout):
    """Places pictures by what they want, which whoever shows them tells."""

    name = "pictures"

    def __init__(self) -> None:
        super().__init__()
        self.wants: dict[Widget, Want] = {}

    def places(self, children: Sequence[Widget], size: Size) -> list[Place]:
        """Where these children stand in a room of this size."""
        wants = tuple(self.wants.get(child, Want()) for child in children)
        return packed(wants, size.width, size.height)

    def arrange(
        self,
        parent: Widget,  # noqa: ARG002 - declared so by Textual, as is greedy
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place every picture."""
        return [
            WidgetPlacement(Region(*place), NULL_OFFSET, child.styles.margin, child)
            for child, place in zip(children, self.places(children, size), strict=True)
        ]
