"""Where the boxes of a graph stand: layers from left to right, few crossings, straight chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 8
LANE_ROWS = 1
"""Rows of an edge that passes by a layer."""


@dataclass
class Place:
    """A box, or the place where a long edge passes a layer (then ``lane`` is true)."""

    name: str
    layer: int
    rows: int
    columns: int
    lane: bool = False
    top: int = 0
    left: int = 0
    before: list[Place] = field(default_factory=list, repr=False)
    """Where its lines come from, once for every line."""
    after: list[Place] = field(default_factory=list, repr=False)

    @property
    def port(self) -> int:
        """The row edges leave from."""
        return self.top + (0 if self.rows == 1 else 1)


@dataclass(frozen=True)
class Layout:
    """Places in layers, each from top to bottom."""

    layers: list[list[Place]]

    @property
    def boxes(self) -> dict[str, Place]:
        return {p.name: p for layer in self.layers for p in layer if not p.lane}


def layered(sizes: Mapping[str, tuple[int, int]], edges: Sequence[tuple[str, str]]) -> Layout:
    """Places for boxes of (rows, columns); edges that close a cycle are left out.

    A box needs an inner row for every edge that ends in it.
    """
    forward = _acyclic(list(sizes), edges)
    depth = _depths(list(sizes), forward)
    layers: list[list[Place]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    places = {}
    for name, (rows, columns) in sizes.items():
        places[name] = Place(name, depth[name], rows, columns)
        layers[depth[name]].append(places[name])
    for start, end in forward:
        _thread(places[start], places[end], layers)
    _order(layers)
    settle(layers)
    return Layout(layers)


def _acyclic(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges between known nodes, one for each use, without those that would close a cycle."""
    known = set(names)
    after: dict[str, list[str]] = {name: [] for name in names}
    kept = []
    for start, end in edges:
        if start in known and end in known and not _reaches(after, end, start):
            after[start].append(end)
            kept.append((start, end))
    return kept


def _reaches(after: Mapping[str, list[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        fresh = [other for other in after[name] if other not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _depths(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest way to every node; what nothing leads to stands just before its first use."""
    depth = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for start, end in edges:
            if depth[end] <= depth[start]:
                depth[end], moved = depth[start] + 1, True
        if not moved:
            break
    reached = {end for _, end in edges}
    for name in names:
        uses = [depth[end] for start, end in edges if start == name]
        if name not in reached and uses:
            depth[name] = min(uses) - 1
    return depth


def _thread(start: Place, end: Place, layers: list[list[Place]]) -> None:
    """Join two boxes through a lane in every layer between them; lanes of one source are shared."""
    at = start
    for depth in range(start.layer + 1, end.layer):
        shared = next((p for p in at.after if p.lane and p.name == start.name), None)
        if shared is None:
            shared = Place(start.name, depth, LANE_ROWS, 1, lane=True)
            layers[depth].append(shared)
            at.after.append(shared)
            shared.before.append(at)
        at = shared
    at.after.append(end)
    end.before.append(at)


def _order(layers: list[list[Place]]) -> None:
    """Sort each layer by the mean place of its neighbours, forth and back."""
    for layer in layers:  # what goes on stands above what begins: a chain is one straight line
        layer.sort(key=lambda place: not place.before)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            rank = {id(p): i for other in layers for i, p in enumerate(other)}

            def mean(place: Place, rank: dict[int, int] = rank, down: bool = down) -> float:
                near = place.before if down else place.after
                if not near:
                    return rank[id(place)]
                return sum(rank[id(p)] for p in near) / len(near)

            layer.sort(key=mean)


def settle(layers: Sequence[Sequence[Place]], top: int = 0, air: int = 0) -> int:
    """Rows for layers that stand side by side, from ``top`` on; returns the row below them all.

    ``air`` are rows left free between two places of a layer.

    Each place goes on from the highest of those before it, as far as its layer lets it, and no
    layer becomes higher than the highest has to be.
    """
    bottom = top + max((_height(layer, air) for layer in layers), default=0)
    known: set[int] = set()
    for layer in layers:
        floor, rest = top, _height(layer, air)
        for place in layer:
            inner = place.port - place.top
            straight = [p.port - inner for p in place.before if id(p) in known]
            # What has no frame stands beside the first inner row of what has one.
            alone = floor if inner or place.lane else top + 1
            place.top = min(max(floor, min(straight, default=alone)), bottom - rest)
            floor, rest = place.top + place.rows + air, rest - place.rows - air
        known = {id(place) for place in layer}
    return bottom


def _height(layer: Sequence[Place], air: int) -> int:
    return sum(place.rows for place in layer) + air * max(len(layer) - 1, 0)
