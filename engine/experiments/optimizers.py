"""Optimizers: walking downhill."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

from engine.experiments.parts.surfaces import SURFACES, Surface
from engine.experiments.parts.transcript import wrong_and_right
from engine.views import Experiment, Line, Mark, Path, Progress, Scalars, Table, Walker

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "Nesterov": partial(SGD, momentum=0.9, nesterov=True),
    "RMSprop": RMSprop,
    "Adagrad": Adagrad,
    "Adam": Adam,
    "AdamW": AdamW,
}


def valley(x: Tensor) -> Tensor:
    """f(x) = (x - 2)², lowest at 2."""
    return (x - 2) ** 2


def descend(
    *, lr: float = 0.1, start: float = -3.5, steps: int = 200, optimizer: str = "SGD"
) -> Experiment:
    """Walk down f(x) = (x - 2)², one step of the optimizer at a time."""
    ground = torch.linspace(-8, 12, 201)
    yield Line(ground, valley(ground), name="f", plot="function")
    x = nn.Parameter(torch.tensor(start))
    walker = OPTIMIZERS[optimizer]([x], lr=lr)

    places, heights = [start], [valley(x).item()]
    for step in range(steps):
        walker.zero_grad()
        loss = valley(x)
        loss.backward()
        yield Walker(x.detach().clone(), loss.detach(), x.grad)
        yield Path(places, heights, name="landings", plot="function")
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, loss=loss, x=x, slope=x.grad)
        walker.param_groups[0].update(changes or {})
        walker.step()
        if abs(x.item() - places[-1]) > 0.1:  # Else the two landings would be one dot.
            places.append(x.item())
            heights.append(valley(x).item())

    yield Walker(x.detach(), valley(x.detach()), 2 * (x.detach() - 2))
    yield Path(places, heights, name="landings", plot="function")
    yield Progress(steps, steps, "step")
    yield Scalars(steps, loss=valley(x), x=x)


def forgotten_zero_grad(*, lr: float = 0.1, start: float = -3.5, steps: int = 60) -> Experiment:
    """Two walks from one start; the second never clears its gradient."""
    ground = torch.linspace(-8, 12, 201)
    yield Line(ground, valley(ground), name="f", plot="function")
    clean, broken = nn.Parameter(torch.tensor(start)), nn.Parameter(torch.tensor(start))
    clean_walker, broken_walker = SGD([clean], lr=lr), SGD([broken], lr=lr)
    for step in range(1, steps + 1):
        clean_walker.zero_grad()
        clean_loss, broken_loss = valley(clean), valley(broken)
        clean_loss.backward()
        broken_loss.backward()
        for name, x in (("clean", clean.detach()), ("broken", broken.detach())):
            yield Walker(x.clone(), valley(x), 2 * (x - 2), name=name)
        yield Progress(step, steps, "step")
        changes = yield Scalars(
            step,
            clean=clean_loss,
            broken=broken_loss,
            clean_slope=clean.grad,
            broken_slope=broken.grad,
        )
        clean_walker.param_groups[0].update(changes or {})
        broken_walker.param_groups[0].update(changes or {})
        clean_walker.step()
        broken_walker.step()


class Track:
    """One walk over a surface: where it has been, and what became of it."""

    def __init__(
        self,
        surface: Surface,
        rule: Callable[..., Optimizer],
        lr: float,
        start: tuple[float, float] | None = None,
    ) -> None:
        x, y = start or surface.start
        self.surface = surface
        self.place = nn.Parameter(torch.tensor([x, y]))
        self.optimizer = rule([self.place], lr=lr)
        self.x, self.y = [x], [y]
        self.arrived = math.inf
        self.left = math.inf
        self.broke = math.inf

    def step(self) -> None:
        """Look at the slope here, and take one step."""
        self.optimizer.zero_grad()
        self.surface(self.place).backward()
        self.optimizer.step()
        x, y = self.place.tolist()
        self.x.append(x)
        self.y.append(y)
        self._remember(x, y, len(self.x) - 1)

    def _remember(self, x: float, y: float, step: int) -> None:
        if not math.isfinite(x + y):
            self.broke = min(self.broke, step)
        else:
            self.left = math.inf if self.surface.shows(x, y) else min(self.left, step)
        near = self.distance < 0.1
        self.arrived = min(self.arrived, step) if near else math.inf

    @property
    def height(self) -> Tensor:
        """How high the walker stands."""
        return self.surface(self.place.detach())

    @property
    def distance(self) -> float:
        """How far the nearest minimum is."""
        return self.surface.distance(self.x[-1], self.y[-1])

    @property
    def minimum(self) -> int:
        """The number of the minimum it has arrived at, counted from 1; 0 for none."""
        return self.surface.nearest(self.x[-1], self.y[-1]) if self.arrived < math.inf else 0

    @property
    def crossings(self) -> int:
        """How often it stepped from one side of y = 0 to the other."""
        return sum(before * after < 0 for before, after in pairwise(self.y))

    @property
    def fate(self) -> str:
        """What became of the walk, in words short enough for a column."""
        if self.broke < math.inf:
            return f"NaN since step {self.broke}"
        if self.arrived < math.inf:
            is_one_of_many = len(self.surface.minima) > 1
            many = f"step {self.arrived} at minimum {self.minimum}"
            return many if is_one_of_many else f"arrived at step {self.arrived}"
        if self.left < math.inf:
            return f"outside since step {self.left}"
        slope = self.place.grad
        is_flat = slope is not None and slope.abs().max() < 1e-3
        return "stands, no slope" if is_flat else "on its way"


def race(
    *,
    surface: str = "narrow valley",
    start: str = "",
    lr_scale: float = 1.0,
    steps: int = 200,
) -> Experiment:
    """Seven optimizers start from one place; lr_scale multiplies all their learning rates."""
    ground = SURFACES[surface]
    x, y = map(float, start.split(",")) if start else ground.start
    yield from ground.drawn((x, y))
    tracks = {
        name: Track(ground, rule, lr_scale * ground.rates[name], (x, y))
        for name, rule in OPTIMIZERS.items()
    }
    for step in range(1, steps + 1):
        for name, track in tracks.items():
            track.step()
            yield Path(track.x, track.y, name=name)
        yield Table(*_standings(tracks))
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, **{name: track.height for name, track in tracks.items()})
        for name, track in tracks.items():
            if changes:
                track.optimizer.param_groups[0]["lr"] = changes["lr_scale"] * ground.rates[name]
    minima = {track.minimum for track in tracks.values()} - {0}
    arrivals = {f"{name}_steps": track.arrived for name, track in tracks.items()}
    yield Scalars(steps, minima=len(minima), **arrivals)


def _standings(tracks: dict[str, Track]) -> tuple[list[str], list[list[Any]]]:
    ranked = sorted(tracks.items(), key=lambda item: (item[1].arrived, item[1].distance))
    rows = [
        [name, track.optimizer.param_groups[0]["lr"], track.distance, track.fate]
        for name, track in ranked
    ]
    return ["optimizer", "lr", "distance", "what became of it"], rows


def momentum(
    *, lr: float = 0.038, momentum: float = 0.9, nesterov: bool = False, steps: int = 150
) -> Experiment:
    """The same narrow valley, without and with a memory of the steps before."""
    ground = SURFACES["narrow valley"]
    yield from ground.drawn()
    plain = Track(ground, SGD, lr)
    rolling = Track(ground, partial(SGD, momentum=momentum, nesterov=nesterov and momentum > 0), lr)
    for step in range(1, steps + 1):
        plain.step()
        rolling.step()
        yield Path(plain.x, plain.y, name="without")
        yield Path(rolling.x, rolling.y, name="with")
        rows: list[list[Any]] = [
            [name, track.crossings, track.fate]
            for name, track in (("without", plain), ("with", rolling))
        ]
        yield Table(["memory", "times across the floor", "what became of it"], rows)
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, without_memory=plain.height, with_memory=rolling.height)
        if changes:
            rolling.optimizer.param_groups[0].update(changes)
            plain.optimizer.param_groups[0]["lr"] = rolling.optimizer.param_groups[0]["lr"]
    yield Scalars(
        steps,
        without_steps=plain.arrived,
        with_steps=rolling.arrived,
        without_crossings=plain.crossings,
        with_crossings=rolling.crossings,
    )


def learning_rates(
    *, surface: str = "narrow valley", steps: int = 100, momentum: float = 0.0
) -> Experiment:
    """A hundred walkers start from one place, each with a learning rate of its own."""
    ground = SURFACES[surface]
    rates = torch.logspace(-4, 1, 100)
    places = nn.Parameter(torch.tensor([ground.start] * len(rates)))
    before, best = ground.height(*places.detach().unbind(1)), 0

    # A height multiplied by r pulls r times as hard: with a common rate of 1, r is the rate.
    optimizer = SGD([places], lr=1.0, momentum=momentum)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        torch.sum(rates * ground.height(*places.unbind(1))).backward()
        optimizer.step()
        heights = ground.height(*places.detach().unbind(1)).nan_to_num(torch.inf)
        if heights.min() < heights[best]:  # Of equals, the one that was there first.
            best = int(heights.argmin())
        fallen = heights < before
        cliff = rates[~fallen].min() if not fallen.all() else torch.tensor(torch.inf)
        yield Line(rates, heights, name="height", plot="sweep")
        yield Mark(rates[best].item(), heights[best].item(), name="best", plot="sweep")
        rows: list[list[Any]] = [
            ["the best rate", rates[best].item()],
            ["the height it came to", heights[best].item()],
            ["the cliff: first rate to end higher", cliff.item()],
            ["walkers that end higher", len(rates) - int(fallen.sum())],
        ]
        yield Table(["of a hundred walkers", ""], rows)
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, best_lr=rates[best], best_height=heights[best], cliff=cliff)
        optimizer.param_groups[0].update(changes or {})


MISTAKES = {
    "no zero_grad": (
        "x = torch.ones(1, requires_grad=True)\nsgd = torch.optim.SGD([x], lr=0.1)\n",
        "for _ in range(3):\n    (x ** 2).sum().backward()\n    print(x.grad)",
        "for _ in range(3):\n    sgd.zero_grad()\n    (x ** 2).sum().backward()\n    print(x.grad)",
    ),
    "another model's parameters": (
        "model = nn.Linear(1, 1)\nx = torch.ones(4, 1)\n",
        "sgd = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.1)\n"
        "F.mse_loss(model(x), 3 * x).backward()\nbefore = model(x)[0].item()\nsgd.step()\n"
        "model(x)[0].item() - before",
        "sgd = torch.optim.SGD(model.parameters(), lr=0.1)\nsgd.zero_grad()\n"
        "F.mse_loss(model(x), 3 * x).backward()\nbefore = model(x)[0].item()\nsgd.step()\n"
        "model(x)[0].item() - before",
    ),
    "the model itself": (
        "model = nn.Linear(1, 1)\n",
        "sgd = torch.optim.SGD(model, lr=0.1)",
        "sgd = torch.optim.SGD(model.parameters(), lr=0.1)\n[p.shape for p in model.parameters()]",
    ),
    "nothing to train": (
        "layers = [nn.Linear(1, 1)]\n",
        "class Model(nn.Module):\n    layers = layers\n\n"
        "sgd = torch.optim.SGD(Model().parameters(), lr=0.1)",
        "model = nn.Sequential(*layers)\nsgd = torch.optim.SGD(model.parameters(), lr=0.1)",
    ),
    "a rate too large": (
        "def walk(lr):\n    x = torch.ones(1, requires_grad=True)\n"
        "    sgd = torch.optim.SGD([x], lr=lr)\n    for _ in range(2000):\n"
        "        sgd.zero_grad()\n        ((x - 2) ** 2).sum().backward()\n        sgd.step()\n"
        "    return x.item()\n\n",
        "walk(lr=1.1)",
        "walk(lr=0.1)",
    ),
    "a rate too small": (
        "def walk(lr):\n    x = torch.ones(1, requires_grad=True)\n"
        "    sgd = torch.optim.SGD([x], lr=lr)\n    for _ in range(2000):\n"
        "        sgd.zero_grad()\n        ((x - 2) ** 2).sum().backward()\n        sgd.step()\n"
        "    return x.item()\n\n",
        "walk(lr=1e-6)",
        "walk(lr=0.1)",
    ),
}


def mistakes(*, mistake: str = "another model's parameters") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "nn": nn, "F": F})
