"""Models: layers in a row, and the number that says how wrong they are."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD

from engine.experiments.parts.transcript import wrong_and_right
from engine.views import (
    Experiment,
    Line,
    Network,
    Progress,
    Scalars,
    Scatter,
    Table,
)


def regressor(width: int = 10, activation: str = "none", layers: int = 2) -> nn.Sequential:
    """Linear layers with an activation between them: one number in, one number out.

    The usual two are Linear(1, width), activation, Linear(width, 1). The activation is the name of
    a class in `torch.nn`, such as "Tanh", or "none".
    """
    widths = [1, *[width] * (layers - 1), 1]
    modules: list[nn.Module] = []
    for before, after in pairwise(widths):
        if modules and activation != "none":
            modules.append(getattr(nn, activation)())
        modules.append(nn.Linear(before, after))
    return nn.Sequential(*modules)


def bend(x: Tensor, y: Tensor) -> Tensor:
    """How far the points (x, y) lie from their own best straight line.

    Root mean square, in y's unit: zero, up to rounding, when they lie on a line. Its
    square is the best mean squared error any straight line can reach on them.
    """
    x, y = x - x.mean(), y - y.mean()
    slope = (x * y).sum() / (x * x).sum()
    return torch.sqrt(torch.mean((y - slope * x) ** 2))


def sequential(
    *, width: int = 10, layers: int = 2, activation: str = "Tanh", samples: int = 5
) -> Experiment:
    """Build a model, send a batch through it, and count what it has to learn."""
    model = regressor(width, activation, layers)
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    weights = [layer.weight.detach() for layer in linear]
    yield Network(
        [1, *[layer.out_features for layer in linear]],
        weights,
        ["x", *["h"] * (len(linear) - 1), "y"],
        biases=[layer.bias.detach() for layer in linear],
    )

    rows: list[list[Any]] = [["", "input", f"[{samples}, 1]", ""]]
    batch = torch.linspace(-1, 1, samples).unsqueeze(1)
    for number, layer in enumerate(model):
        batch = layer(batch)
        count = sum(parameter.numel() for parameter in layer.parameters())
        rows.append([number, _named(layer), str(list(batch.shape)), count])
        yield Table(["", "layer", "shape after it", "parameters"], rows)
    total = sum(parameter.numel() for parameter in model.parameters())
    rows.append(["", "all together", "", total])
    yield Table(["", "layer", "shape after it", "parameters"], rows)
    yield Scalars(0, parameters=total)


def _named(layer: nn.Module) -> str:
    """A layer as one writes it."""
    if isinstance(layer, nn.Linear):
        return f"Linear({layer.in_features}, {layer.out_features})"
    return f"{type(layer).__name__}()"


class Regressor(nn.Module):
    """The same model as `regressor`, written as a class."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(1, width)
        self.last = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.tanh(self.first(x))
        answer: Tensor = self.last(hidden)
        return answer


def twins(*, width: int = 10, copy_weights: bool = True) -> Experiment:
    """A class and a Sequential of the same shape, asked the same questions."""
    row, twin = regressor(width, "Tanh"), Regressor(width)
    if copy_weights:
        with torch.no_grad():
            for mine, theirs in zip(twin.parameters(), row.parameters(), strict=True):
                mine.copy_(theirs)
    x = torch.linspace(-3, 3, 121).unsqueeze(1)
    with torch.inference_mode():
        from_row, from_twin = row(x), twin(x)
    yield Line(x, from_row, name="Sequential", plot="answers")
    yield Line(x, from_twin, name="class", plot="answers")
    rows: list[list[Any]] = [
        [mine, theirs, str(list(weight.shape))]
        for (mine, weight), (theirs, _) in zip(
            row.named_parameters(), twin.named_parameters(), strict=True
        )
    ]
    yield Table(["in the Sequential", "in the class", "shape"], rows)
    yield Scalars(0, difference=torch.max(torch.abs(from_row - from_twin)))


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "MSE": F.mse_loss,
    "L1": F.l1_loss,
    "Huber": F.huber_loss,
}


def losses(*, outlier: float = 40.0, lr: float = 0.1, steps: int = 600) -> Experiment:
    """Three losses and their pull; then each fits a line to data with one wrong point."""
    error = torch.linspace(-4, 4, 161)
    for name, loss in LOSSES.items():
        miss = error.clone().requires_grad_()
        values = torch.stack([loss(one, torch.tensor(0.0)) for one in miss])
        (pull,) = torch.autograd.grad(values.sum(), miss)
        yield Line(error, values.detach(), name=name, plot="loss")
        yield Line(error, pull, name=name, plot="pull")

    x = torch.linspace(-1, 1, 21).unsqueeze(1)
    y = 3 * x + 1
    y[-3] += outlier
    yield Scatter(x, y.clone())
    lines = {name: nn.Linear(1, 1) for name in LOSSES}
    optimizers = {name: torch.optim.Adam(line.parameters(), lr=lr) for name, line in lines.items()}
    for step in range(1, steps + 1):
        for name, line in lines.items():
            optimizers[name].zero_grad()
            LOSSES[name](line(x), y).backward()
            optimizers[name].step()
            yield Line(x, line(x).detach(), name=name)
        yield Progress(step, steps, "step")
        found: list[list[Any]] = [
            [name, round(line.weight.item(), 3), round(line.bias.item(), 3)]
            for name, line in lines.items()
        ]
        yield Table(["line of", "slope", "offset"], found, name="lines", plot="lines")
        slopes = {f"{name}_slope": line.weight for name, line in lines.items()}
        offsets = {f"{name}_offset": line.bias for name, line in lines.items()}
        changes = yield Scalars(step, **slopes, **offsets)
        if changes and "outlier" in changes:
            y[-3] += changes["outlier"] - outlier
            outlier = changes["outlier"]
            yield Scatter(x, y.clone())


def shape_trap(*, lr: float = 0.05, steps: int = 300) -> Experiment:
    """One model trains against targets (N, 1), its twin against targets (N,)."""
    x = torch.linspace(-1, 1, 50).unsqueeze(1)
    y = 3 * x + 1 + 0.3 * torch.randn(x.shape)
    yield Scatter(x, y)
    right = nn.Linear(1, 1)
    wrong = deepcopy(right)
    right_optimizer, wrong_optimizer = (
        SGD(right.parameters(), lr=lr),
        SGD(wrong.parameters(), lr=lr),
    )
    flat = y.squeeze(1)
    for step in range(1, steps + 1):
        right_optimizer.zero_grad()
        wrong_optimizer.zero_grad()
        right_error, wrong_error = right(x) - y, wrong(x) - flat
        right_loss, wrong_loss = torch.mean(right_error**2), torch.mean(wrong_error**2)
        right_loss.backward()
        wrong_loss.backward()
        yield Line(x, right(x).detach(), name="(N, 1)")
        yield Line(x, wrong(x).detach(), name="(N,)")
        yield Progress(step, steps, "step")
        changes = yield Scalars(step, right=right_loss, wrong=wrong_loss, wrong_slope=wrong.weight)
        right_optimizer.param_groups[0].update(changes or {})
        wrong_optimizer.param_groups[0].update(changes or {})
        slopes = right.weight.item(), wrong.weight.item()
        right_optimizer.step()
        wrong_optimizer.step()
    shapes: list[list[Any]] = [
        ["(N, 1)", str(list(y.shape)), str(list(right_error.shape)), slopes[0]],
        ["(N,)", str(list(flat.shape)), str(list(wrong_error.shape)), slopes[1]],
    ]
    yield Table(["target", "its shape", "shape of prediction - target", "slope found"], shapes)


HIDDEN = """\
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {layers}

model = Stack()
sum(p.numel() for p in model.parameters())"""
MISTAKES = {
    "layers in a plain list": (
        "",
        HIDDEN.format(layers="[nn.Linear(1, 1)]"),
        HIDDEN.format(layers="nn.ModuleList([nn.Linear(1, 1)])"),
    ),
    "softmax before cross-entropy": (
        "logits = torch.tensor([[10.0, 0.0, 0.0]])\nlabel = torch.tensor([0])\n",
        "F.cross_entropy(logits.softmax(dim=1), label)",
        "F.cross_entropy(logits, label)",
    ),
    "calling forward": (
        "model = nn.Linear(1, 1)\nseen = []\n"
        "handle = model.register_forward_hook(lambda *call: seen.append('hook'))\n",
        "answer = model.forward(torch.ones(1, 1))\nseen",
        "answer = model(torch.ones(1, 1))\nseen",
    ),
    "a class where an object belongs": (
        "",
        "model = nn.Sequential(nn.Linear(1, 10), nn.Tanh)",
        "model = nn.Sequential(nn.Linear(1, 10), nn.Tanh())\nlen(model)",
    ),
    "shapes that do not meet": (
        "x = torch.linspace(0, 1, 5)\nmodel = nn.Linear(1, 10)\n",
        "model(x)",
        "model(x.unsqueeze(1)).shape",
    ),
    "no super().__init__()": (
        "",
        "class Model(nn.Module):\n    def __init__(self):\n        self.layer = nn.Linear(1, 1)\n\n"
        "model = Model()",
        "class Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.Linear(1, 1)\n\nmodel = Model()\nmodel",
    ),
    "still in training mode": (
        "model = nn.Sequential(nn.Dropout(0.5))\nx = torch.ones(12)\n",
        "model(x)\nmodel(x)",
        "model = model.eval()\nmodel(x)\nmodel(x)",
    ),
}


def mistakes(*, mistake: str = "layers in a plain list") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "nn": nn, "F": F})
