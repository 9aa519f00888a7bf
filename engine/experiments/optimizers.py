"""Optimizers: walking downhill."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

from engine.experiments.data import measure, normalised
from engine.experiments.models import regressor
from engine.experiments.parts.batched_models import BatchedModels, losses
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

    for step in range(steps):
        walker.zero_grad()
        loss = valley(x)
        loss.backward()
        yield Walker(x.detach().clone(), loss.detach(), x.grad)
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, loss=loss, x=x, slope=x.grad)
        walker.param_groups[0].update(changes or {})
        walker.step()

    yield Walker(x.detach(), valley(x.detach()), 2 * (x.detach() - 2))
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
        clean_walker.step()
        broken_walker.step()
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


class Track:
    """One walk over a surface: where it has been, and what became of it."""

    def __init__(self, surface: Surface, rule: Callable[..., Optimizer], lr: float) -> None:
        self.surface = surface
        self.place = nn.Parameter(torch.tensor(surface.start))
        self.optimizer = rule([self.place], lr=lr)
        self.x, self.y = [surface.start[0]], [surface.start[1]]
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
        elif not self.surface.shows(x, y):
            self.left = min(self.left, step)
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
    def fate(self) -> str:
        """What became of the walk, in words."""
        if self.broke < math.inf:
            return f"not a number since step {self.broke}"
        if self.arrived < math.inf:
            return f"arrived at step {self.arrived}"
        return f"left the picture at step {self.left}" if self.left < math.inf else "on its way"


def race(*, surface: str = "narrow valley", lr_scale: float = 1.0, steps: int = 200) -> Experiment:
    """Seven optimizers start from one place; lr_scale multiplies all their learning rates."""
    ground = SURFACES[surface]
    yield from ground.drawn()
    tracks = {
        name: Track(ground, rule, lr=lr_scale * ground.rates[name])
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
    yield Scalars(steps, **{f"{name}_steps": track.arrived for name, track in tracks.items()})


def _standings(tracks: dict[str, Track]) -> tuple[list[str], list[list[Any]]]:
    ranked = sorted(tracks.items(), key=lambda item: (item[1].arrived, item[1].distance))
    rows = [
        [name, track.optimizer.param_groups[0]["lr"], track.distance, track.fate]
        for name, track in ranked
    ]
    return ["optimizer", "lr", "distance", "what became of it"], rows


def momentum(
    *, lr: float = 0.01, momentum: float = 0.9, nesterov: bool = False, steps: int = 150
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
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, without_memory=plain.height, with_memory=rolling.height)
        if changes:
            rolling.optimizer.param_groups[0].update(changes)
            plain.optimizer.param_groups[0]["lr"] = rolling.optimizer.param_groups[0]["lr"]
    yield Scalars(steps, without_steps=plain.arrived, with_steps=rolling.arrived)


def learning_rates(
    *, epochs: int = 150, batch_size: int = 10, normalise: bool = True, momentum: float = 0.0
) -> Experiment:
    """A hundred equal networks learn at once, each with a learning rate of its own."""
    x, y = measure()
    inputs = normalised(x) if normalise else x
    rates = torch.logspace(-6, 0, 100)
    start = regressor()
    models = BatchedModels([start] * len(rates), torch.tanh)
    yield Line(rates, losses(models(inputs), y).detach(), name="mse", plot="sweep")

    # A loss multiplied by r pulls r times as hard: with a common rate of 1, r is the rate.
    optimizer = SGD(models.parameters(), lr=1.0, momentum=momentum)
    for epoch in range(1, epochs + 1):
        for chosen in torch.randperm(len(x)).split(batch_size):
            optimizer.zero_grad()
            own = losses(models(inputs[chosen]), y[chosen])
            torch.sum(rates * own).backward()
            optimizer.step()
        with torch.no_grad():
            errors = losses(models(inputs), y)
        best = errors.nan_to_num(torch.inf, posinf=torch.inf).argmin()
        yield Line(rates, errors, name="mse", plot="sweep")
        yield Mark(rates[best].item(), errors[best].item(), name="best", plot="sweep")
        yield Progress(epoch, epochs)
        broken = torch.sum(~torch.isfinite(errors))
        changes = yield Scalars(epoch, best_lr=rates[best], best_mse=errors[best], broken=broken)
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
        "sgd = torch.optim.SGD(model.parameters(), lr=0.1)\n"
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
        "x = torch.ones(1, requires_grad=True)\n"
        "def walk(lr):\n    sgd = torch.optim.SGD([x], lr=lr)\n    for _ in range(2000):\n"
        "        sgd.zero_grad()\n        ((x - 2) ** 2).sum().backward()\n        sgd.step()\n"
        "    return x.item()\n\n",
        "walk(lr=1.1)",
        "walk(lr=0.1)",
    ),
    "a rate too small": (
        "x = torch.ones(1, requires_grad=True)\n"
        "def walk(lr):\n    sgd = torch.optim.SGD([x], lr=lr)\n    for _ in range(2000):\n"
        "        sgd.zero_grad()\n        ((x - 2) ** 2).sum().backward()\n        sgd.step()\n"
        "    return x.item()\n\n",
        "walk(lr=1e-6)",
        "walk(lr=0.1)",
    ),
}


def mistakes(*, mistake: str = "another model's parameters") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "nn": nn, "F": F})
