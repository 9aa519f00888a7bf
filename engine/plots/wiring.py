"""The lines between the boxes of a graph: one for every use, each on cells of its own.

Layers stand side by side as long as there is room; what is longer is folded into bands, like the
lines of a text. Between two layers every net (all lines from one box) has an upright of its own,
and every line arrives on a row of its own, so lines cross but never run together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.plots.cells import Ink
from engine.plots.layout import Layout, Place, settle
from engine.plots.page import Page

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
STROKES = {
    UP | DOWN: "│",
    UP: "│",
    DOWN: "│",
    LEFT | RIGHT: "─",
    LEFT: "─",
    RIGHT: "─",
    DOWN | RIGHT: "╭",
    DOWN | LEFT: "╮",
    UP | RIGHT: "╰",
    UP | LEFT: "╯",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}
LEAST_GAP = 3


class Air(NamedTuple):
    """Cells left free between boxes of a layer, and between layers, beyond what lines need."""

    rows: int = 0
    columns: int = 0


TIGHT = Air()
Band = list[list[Place]]
"""Layers that stand side by side."""


@dataclass
class Drawing:
    """Where everything is: boxes, and lines as strokes by cell."""

    boxes: dict[str, Place]
    rows: int = 0
    columns: int = 0
    strokes: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    """(row, column): whose line it is, and its directions."""
    heads: set[tuple[int, int]] = field(default_factory=set)

    def stroke(self, net: str, row: int, column: int, ways: int) -> None:
        """Add to a net's line; where two nets cross, the upright one passes above."""
        old = self.strokes.get((row, column))
        if old is None or old[0] == net:
            self.strokes[row, column] = net, ways | (old[1] if old else 0)
        elif ways & (UP | DOWN) and not old[1] & (UP | DOWN):
            self.strokes[row, column] = net, ways

    def across(self, net: str, row: int, start: int, end: int) -> None:
        """A line between two columns, both included."""
        low, high = min(start, end), max(start, end)
        for column in range(low, high + 1):
            ways = (LEFT if column > low else 0) | (RIGHT if column < high else 0)
            self.stroke(net, row, column, ways)

    def upright(self, net: str, column: int, start: int, end: int) -> None:
        """A line between two rows, both included."""
        low, high = min(start, end), max(start, end)
        for row in range(low, high + 1):
            ways = (UP if row > low else 0) | (DOWN if row < high else 0)
            self.stroke(net, row, column, ways)

    def arrive(self, start: Place, end: Place, row: int, since: int, last: int) -> None:
        """The end of a line, with a head where it meets a box."""
        self.across(start.name, row, since, last)
        if not end.lane:
            self.heads.add((row, last))

    def lines(self) -> Page:
        """The lines alone."""
        page = Page.blank(self.rows, self.columns)
        for (row, column), (_net, ways) in self.strokes.items():
            page.write(row, column, STROKES.get(ways, "─"), Ink.FRAME)
        for row, column in self.heads:
            page.write(row, column, "▸", Ink.TICK)
        return page


def drawn(layout: Layout, columns: int, air: Air = TIGHT) -> Drawing:
    """Boxes and lines in so many columns, if any folding makes them fit.

    With ``air`` nothing is folded: who has not enough room for that draws without.
    """
    whole = _wired([layout.layers], air)
    if air is not TIGHT or whole.columns <= columns or len(layout.layers) < 2:
        return whole
    room = columns
    while True:
        bands = _folded(layout.layers, room)
        folded = _wired(bands, TIGHT)
        if folded.columns <= columns or all(len(band) == 1 for band in bands):
            return folded
        room -= folded.columns - columns  # lines that step aside for others took more than thought


def _folded(layers: Sequence[list[Place]], columns: int) -> list[Band]:
    """Bands as long as fit."""
    bands: list[Band] = []
    used = 0
    for layer in layers:
        breadth = max((place.columns for place in layer), default=0)
        leaving = len(_sources(layer)) + 1
        if bands and used + breadth + leaving <= columns:
            bands[-1].append(layer)
        else:
            entering = len(_sources(bands[-1][-1])) + 1 if bands else 0
            bands.append([layer])
            used = entering
        used += breadth + max(leaving + 1, LEAST_GAP)
    return bands


def _sources(layer: Sequence[Place]) -> list[Place]:
    """What has lines that leave, from top to bottom."""
    return sorted((place for place in layer if place.after), key=lambda place: place.port)


def _wired(bands: Sequence[Band], air: Air) -> Drawing:
    places = [place for band in bands for layer in band for place in layer]
    drawing = Drawing({place.name: place for place in places if not place.lane})
    ways: list[list[_Ways]] = []
    bottoms: list[int] = []
    top = 0
    for band in bands:  # every row is known before the first line is drawn
        bottom = settle(band, top, air.rows)
        ways.append([_Ways.between(layer, top, bottom) for layer in band[:-1]])
        bottoms.append(max([bottom, *(one.bottom for one in ways[-1])]))
        top = bottoms[-1] + len(_sources(band[-1]))
    left = 0
    for number, band in enumerate(bands):
        edge = _band(drawing, band, ways[number], (left, air.columns))
        if number + 1 < len(bands):
            left = _fold(drawing, _sources(band[-1]), edge, bottoms[number])
    cells = [(place.top + place.rows, place.left + place.columns) for place in places]
    cells += [(row + 1, column + 1) for row, column in drawing.strokes]
    drawing.rows = max((row for row, _ in cells), default=0)
    drawing.columns = max((column for _, column in cells), default=0)
    return drawing


def _band(drawing: Drawing, band: Band, ways: Sequence[_Ways], room: tuple[int, int]) -> int:
    """Place a band's layers and the lines between them; returns the column after the last.

    ``room``: the column where it begins, and columns of air between two layers.
    """
    left, air = room
    for at, layer in enumerate(band):
        breadth = max((place.columns for place in layer), default=0)
        for place in layer:
            place.left = left
            place.columns = breadth if place.lane else place.columns
        left += breadth
        for place in layer:
            if place.lane:
                drawing.across(place.name, place.top, place.left - 1, left)
        if at + 1 < len(band):
            left += _gap(drawing, layer, ways[at], (left, air))
    return left


@dataclass
class _Ways:
    """How the nets of a layer reach the next one: the order of their uprights."""

    order: list[Place] = field(default_factory=list)
    detours: dict[int, int] = field(default_factory=dict)
    """By id of a place: the row on which it passes the others, where two nets change places."""
    bottom: int = 0

    @classmethod
    def between(cls, layer: Sequence[Place], top: int, bottom: int) -> _Ways:
        """A line that ends in the row where another begins must bend after that one does."""
        found = cls(bottom=bottom)
        ends = {id(place): {row for _, row in arrivals(place)} for place in layer}
        taken = {place.port for place in layer}.union(*ends.values())
        waiting = [place for place in layer if ends[id(place)] - {place.port}]
        while waiting:
            ready = next((p for p in waiting if not _is_blocked(p, ends, waiting)), None)
            if ready is None:
                ready = waiting[0]
                row = next(row for row in range(top, bottom + len(taken)) if row not in taken)
                taken.add(row)
                found.detours[id(ready)] = row
                found.bottom = max(found.bottom, row + 1)
            found.order.append(ready)
            waiting.remove(ready)
        return found


def _is_blocked(place: Place, ends: dict[int, set[int]], waiting: Sequence[Place]) -> bool:
    return any(other.port in ends[id(place)] for other in waiting if other is not place)


def arrivals(start: Place) -> Iterator[tuple[Place, int]]:
    """Where the lines of a place end, and on which row: each on its own one of a box's rows."""
    for end in {id(place): place for place in start.after}.values():
        if end.lane:
            yield end, end.top
            continue
        order = sorted(end.before, key=lambda place: (place.port, place.name))
        for at, place in enumerate(order):
            if place is start:
                yield end, end.top + 1 + at


def _gap(drawing: Drawing, layer: Sequence[Place], ways: _Ways, room: tuple[int, int]) -> int:
    """The lines from a layer to the next; returns how many columns they take."""
    edge, air = room
    first = edge + 1 + air // 2
    tracks = len(ways.order) + len(ways.detours)
    gap = max(tracks + 2, LEAST_GAP) + air
    column = {id(place): first + at for at, place in enumerate(ways.order)}
    second = {name: first + len(ways.order) + at for at, name in enumerate(ways.detours)}
    for place in layer:
        start = edge if place.lane else place.left + place.columns
        own, net, row = id(place), place.name, place.port
        if own in ways.detours:
            passing = ways.detours[own]
            drawing.across(net, row, start, column[own])
            drawing.upright(net, column[own], row, passing)
            drawing.across(net, passing, column[own], second[own])
        for end, arrival in arrivals(place):
            if arrival == row:
                drawing.arrive(place, end, row, start, edge + gap - 1)
                continue
            bend = second.get(own, column[own])
            if own not in ways.detours:
                drawing.across(net, row, start, bend)
            drawing.upright(net, bend, ways.detours.get(own, row), arrival)
            drawing.arrive(place, end, arrival, bend, edge + gap - 1)
    return gap


def _fold(drawing: Drawing, sources: Sequence[Place], edge: int, channel: int) -> int:
    """Lines to the next band: out at the right, back above it, in at the left.

    The highest net goes round the others. Returns the column where the next band's boxes begin.
    """
    count = len(sources)
    for at, place in enumerate(sources):
        start = edge if place.lane else place.left + place.columns
        inside = count - 1 - at
        out, back = edge + 1 + inside, channel + inside
        drawing.across(place.name, place.port, start, out)
        drawing.upright(place.name, out, place.port, back)
        drawing.across(place.name, back, inside, out)
        for end, arrival in arrivals(place):
            drawing.upright(place.name, inside, back, arrival)
            drawing.arrive(place, end, arrival, inside, count)
    return count + 1
