"""Activations: the bend between the layers."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD
from torch.utils.data import DataLoader

from engine.experiments.data import Measurements, measure, normalised
from engine.experiments.models import bend, regressor
from engine.experiments.parts.batched_models import BatchedModels, losses
from engine.views import Experiment, Line, Progress, Scalars, Scatter, Table, Walker

SHAPES = ("ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus", "Tanh", "Sigmoid")


def shapes(*, activation: str = "Tanh", at: float = 1.0) -> Experiment:
    """Draw an activation and its slope; autograd finds the slope."""
    x = torch.linspace(-5, 5, 201, requires_grad=True)
    y = getattr(nn, activation)()(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    yield Line(x.detach(), y.detach(), name="value", plot="shape")
    yield Line(x.detach(), slope, name="slope", plot="shape")

    rows: list[list[str | float | int | None]] = []
    for name in SHAPES:
        point = torch.tensor(at, requires_grad=True)
        value = getattr(nn, name)()(point)
        (steepness,) = torch.autograd.grad(value, point)
        rows.append([name, value.item(), steepness.item()])
        if name == activation:
            yield Walker(at, value.item(), steepness.item(), name="here", plot="shape")
            yield Scalars(0, value=value, slope=steepness)
    yield Table(["activation", "value", "slope"], rows)


def rescue(
    *,
    activation: str = "Tanh",
    lr: float = 0.05,
    epochs: int = 200,
    batch_size: int = 10,
    normalise: bool = True,
) -> Experiment:
    """The same loop twice, side by side: without an activation, and with one."""
    x, y = measure()
    inputs = normalised(x) if normalise else x
    yield Scatter(x, y)
    first, last = nn.Linear(1, 10), nn.Linear(10, 1)
    flat = nn.Sequential(first, last)
    bent = deepcopy(nn.Sequential(first, getattr(nn, activation)(), last))
    flat_optimizer = SGD(flat.parameters(), lr=lr)
    bent_optimizer = SGD(bent.parameters(), lr=lr)
    loader = DataLoader(Measurements(inputs, y), batch_size=batch_size, shuffle=True)
    step = 0
    for epoch in range(1, epochs + 1):
        for batch, target in loader:
            flat_optimizer.zero_grad()
            bent_optimizer.zero_grad()
            flat_loss = F.mse_loss(flat(batch), target)
            bent_loss = F.mse_loss(bent(batch), target)
            flat_loss.backward()
            bent_loss.backward()
            flat_optimizer.step()
            bent_optimizer.step()
            step += 1
            changes = yield Scalars(step, straight_loss=flat_loss, bent_loss=bent_loss)
            flat_optimizer.param_groups[0].update(changes or {})
            bent_optimizer.param_groups[0].update(changes or {})
        yield Progress(epoch, epochs)
        for name, model in {"straight": flat, "bent": bent}.items():
            curve = model(inputs).detach()
            yield Line(x, curve, name=name)
            yield Scalars(
                step, **{f"{name}_mse": F.mse_loss(curve, y), f"{name}_bend": bend(x, curve)}
            )


def compare(
    *,
    lr: float = 0.05,
    epochs: int = 200,
    batch_size: int = 10,
    width: int = 10,
) -> Experiment:
    """Eight activations, eight random starts each: 64 networks trained at once."""
    x, y = measure()
    inputs = normalised(x)
    yield Progress(0, epochs)
    starts = [regressor(width) for _ in range(8)]
    bends = [getattr(nn, name)() for name in SHAPES]

    def activate(hidden: Tensor) -> Tensor:
        groups = hidden.chunk(len(bends))
        return torch.cat([bent(group) for bent, group in zip(bends, groups, strict=True)])

    models = BatchedModels(starts * len(bends), activate)
    optimizer = SGD(models.parameters(), lr=lr)
    for epoch in range(1, epochs + 1):
        for chosen in torch.randperm(len(x)).split(batch_size):
            optimizer.zero_grad()
            losses(models(inputs[chosen]), y[chosen]).sum().backward()
            optimizer.step()
        with torch.no_grad():
            curves, hidden = models(inputs), models.hidden(inputs)
        errors = losses(curves, y).view(len(SHAPES), len(starts))
        dead = (hidden.std(dim=1) < 1e-6).view(len(SHAPES), -1).sum(dim=1)
        yield Progress(epoch, epochs)
        yield Table(*_ranking(errors, dead, len(starts) * width))
        medians = dict(zip(SHAPES, errors.median(dim=1).values, strict=True))
        changes = yield Scalars(epoch, **medians, dead_relus=dead[SHAPES.index("ReLU")])
        optimizer.param_groups[0].update(changes or {})


def _ranking(
    errors: Tensor, dead: Tensor, units: int
) -> tuple[list[str], list[list[str | float | int | None]]]:
    """Median, best and worst error of each activation, and its units that answer nothing.

    Where every start became NaN, there is nothing to count.
    """
    rows: list[list[str | float | int | None]] = [
        [
            name,
            own.median().item(),
            own.min().item(),
            own.max().item(),
            "–" if own.isnan().all() else int(gone),
        ]
        for name, own, gone in zip(SHAPES, errors, dead, strict=True)
    ]
    rows.sort(key=lambda row: (row[1] != row[1], row[1]))
    return ["activation", "median mse", "best", "worst", f"dead of {units}"], rows


def hidden_units(
    *,
    width: int = 10,
    activation: str = "Tanh",
    lr: float = 0.05,
    epochs: int = 300,
    summed: int = 30,
) -> Experiment:
    """Draw what each hidden unit adds to the fit, from the leftmost bend to the rightmost."""
    x, y = measure()
    inputs = normalised(x)
    yield Scatter(x, y)
    first, bent, last = nn.Linear(1, width), getattr(nn, activation)(), nn.Linear(width, 1)
    model = nn.Sequential(first, bent, last)
    optimizer = SGD(model.parameters(), lr=lr)
    for epoch in range(1, epochs + 1):
        for chosen in torch.randperm(len(x)).split(10):
            optimizer.zero_grad()
            F.mse_loss(model(inputs[chosen]), y[chosen]).backward()
            optimizer.step()

        with torch.no_grad():
            bends_at = -first.bias / first.weight[:, 0]  # There the unit's input is zero.
            shares = (bent(first(inputs)) * last.weight)[:, bends_at.argsort()]
            steps = shares - shares[0]
            curve = model(inputs)[0] + steps[:, :summed].sum(dim=1)
        for unit in range(width):
            yield Line(x, steps[:, unit], name=f"unit {unit + 1}", plot="units")
        yield Line(x, curve, name="sum")
        yield Progress(epoch, epochs)
        changes = yield Scalars(epoch, mse=F.mse_loss(curve, y[:, 0]), bend=bend(x[:, 0], curve))
        if changes:
            summed = changes.get("summed", summed)
            optimizer.param_groups[0]["lr"] = changes.get("lr", lr)


INITS: dict[str, Callable[[Tensor], Tensor]] = {
    "xavier": nn.init.xavier_uniform_,
    "kaiming": nn.init.kaiming_uniform_,
}


def vanishing(
    *, layers: int = 20, width: int = 20, init: str = "default", lr: float = 0.001, steps: int = 200
) -> Experiment:
    """How much gradient reaches each layer of a deep stack, and whether the stack learns."""
    x, y = measure()
    inputs, y = normalised(x), normalised(y)
    models = {name: regressor(width, name, layers) for name in ("Sigmoid", "Tanh", "ReLU")}
    for model in models.values():
        for weight in model.parameters():
            if init != "default" and weight.dim() > 1:
                INITS[init](weight)

    depth, first = torch.arange(1, layers + 1), {}
    for name, model in models.items():
        F.mse_loss(model(inputs), y).backward()
        weights = [weight for weight in model.parameters() if weight.dim() > 1]
        sizes = torch.stack([torch.norm(weight.grad) for weight in weights])
        first[f"{name}_ratio"] = sizes[0] / sizes[-1]
        yield Line(depth, sizes, name=name, plot="gradients")
    yield Scalars(0, **first)

    optimizers = {
        name: torch.optim.Adam(model.parameters(), lr=lr) for name, model in models.items()
    }
    for step in range(1, steps + 1):
        seen = {}
        for name, model in models.items():
            optimizers[name].zero_grad()
            seen[name] = loss = F.mse_loss(model(inputs), y)
            loss.backward()
            optimizers[name].step()
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, **seen)
        for optimizer in optimizers.values():
            optimizer.param_groups[0].update(changes or {})
