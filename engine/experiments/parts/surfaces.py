"""Landscapes with two coordinates, for optimizers to walk on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.views import Heatmap, Mark


@dataclass(frozen=True)
class Surface:
    """A height above every (x, y), the window to look at it, and where a walk starts."""

    height: Callable[[Tensor, Tensor], Tensor]
    x: tuple[float, float]
    y: tuple[float, float]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    rates: dict[str, float]
    """A learning rate for each optimizer that suits it here."""

    def __call__(self, place: Tensor) -> Tensor:
        """The height at a place of shape (2,)."""
        return self.height(place[0], place[1])

    def drawn(
        self, start: tuple[float, float] | None = None, rows: int = 80, columns: int = 120
    ) -> Iterator[Heatmap | Mark]:
        """The surface as a picture, its minima marked, and where a walk starts."""
        across, up = torch.linspace(*self.x, columns), torch.linspace(*self.y, rows)
        z = self.height(across[None, :], up[:, None])
        yield Heatmap(
            z - z.min(), self.x, self.y, log=True, floor=1e-2, measure="above the minimum"
        )
        for number, (x, y) in enumerate(self.minima, 1):
            yield Mark(x, y, name="minimum" if len(self.minima) == 1 else f"minimum {number}")
        yield Mark(*(start or self.start), name="start")

    def shows(self, x: float, y: float) -> bool:
        """Whether a place lies in the window."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def distance(self, x: float, y: float) -> float:
        """How far the nearest minimum is."""
        return math.dist((x, y), self.minima[self.nearest(x, y) - 1])

    def nearest(self, x: float, y: float) -> int:
        """The number of the nearest minimum, counted from 1."""
        away = [math.dist((x, y), minimum) for minimum in self.minima]
        return 1 + away.index(min(away))


def rates(
    sgd: float, momentum: float, rmsprop: float, adagrad: float, adam: float
) -> dict[str, float]:
    """Relatives share a rate: Nesterov walks with momentum's, AdamW with Adam's."""
    heavy, adaptive = (
        dict.fromkeys(("momentum", "Nesterov"), momentum),
        {"Adam": adam, "AdamW": adam},
    )
    return {"SGD": sgd, **heavy, "RMSprop": rmsprop, "Adagrad": adagrad, **adaptive}


SURFACES = {
    "round valley": Surface(
        height=lambda x, y: 0.5 * x**2 + 0.5 * y**2,
        x=(-5, 5),
        y=(-4, 4),
        start=(-4.5, 2.0),
        minima=((0.0, 0.0),),
        rates=rates(0.5, 0.1, 0.05, 0.5, 0.1),
    ),
    "narrow valley": Surface(
        height=lambda x, y: 0.5 * x**2 + 25 * y**2,
        x=(-5, 5),
        y=(-1.2, 1.2),
        start=(-4.5, 1.0),
        minima=((0.0, 0.0),),
        rates=rates(0.039, 0.01, 0.05, 0.5, 0.1),
    ),
    "Rosenbrock": Surface(
        height=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        x=(-2, 2),
        y=(-1, 3),
        start=(-1.5, -0.5),
        minima=((1.0, 1.0),),
        rates=rates(0.001, 0.0005, 0.01, 0.5, 0.1),
    ),
    "Himmelblau": Surface(
        height=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        x=(-5, 5),
        y=(-5, 5),
        start=(-0.5, -1.0),
        minima=((3.0, 2.0), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)),
        rates=rates(0.005, 0.002, 0.02, 0.5, 0.2),
    ),
    "saddle": Surface(
        height=lambda x, y: x**2 - y**2 + y**4 / 4,
        x=(-2.5, 2.5),
        y=(-2.5, 2.5),
        start=(-2.0, 0.01),
        minima=((0.0, math.sqrt(2)), (0.0, -math.sqrt(2))),
        rates=rates(0.05, 0.02, 0.02, 0.5, 0.1),
    ),
}
