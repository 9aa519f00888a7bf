"""Training: six steps, again and again."""

from __future__ import annotations

from copy import deepcopy
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD
from torch.utils.data import DataLoader

from engine.experiments.data import Measurements, measure, normalised
from engine.experiments.devices import pick
from engine.experiments.models import bend, regressor
from engine.views import Bars, Code, Experiment, Line, Network, Progress, Scalars, Scatter, Table


def fit(
    *,
    lr: float = 0.001,
    epochs: int = 50,
    batch_size: int = 1,
    width: int = 10,
    activation: str = "none",
    normalise: bool = False,
    device: str = "auto",
) -> Experiment:
    """Train a small network on the measurements and watch its fit."""
    here = pick(device)
    x, y = measure()
    inputs = normalised(x) if normalise else x
    yield Scatter(x, y)

    # 1. The model moves to the device; the optimizer is built from its parameters.
    model = regressor(width, activation).to(here)
    optimizer = SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    loader = DataLoader(Measurements(inputs, y), batch_size=batch_size, shuffle=True)

    step = 0
    for epoch in range(1, epochs + 1):
        model.train()  # 2. Training mode.
        for batch, target in loader:
            batch, target = batch.to(here), target.to(here)  # 3. The batch moves too.
            optimizer.zero_grad()  # 4. Forget the old gradients.
            loss = criterion(model(batch), target)  # 5. Predict, and measure the error.
            loss.backward()  # 6. Find the slopes, take one step down.
            optimizer.step()
            step += 1
            changes = yield Scalars(step, loss=loss)
            optimizer.param_groups[0].update(changes or {})

        model.eval()
        with torch.inference_mode():
            curve = model(inputs.to(here)).cpu()
        yield Progress(epoch, epochs)
        yield Line(x, curve)
        yield Scalars(step, mse=criterion(curve, y), bend=bend(x, curve))


LOOP = """\
model = model.to(device)                    # 1 move model,
optimizer = SGD(model.parameters(), lr=lr)  #   build this
model.train()                               # 2 train mode
for x, y in loader:
    x, y = x.to(device), y.to(device)       # 3 move batch
    optimizer.zero_grad()                   # 4 forget
    prediction = model(x)                   # 5 predict,
    loss = criterion(prediction, y)         #   measure
    loss.backward()                         # 6 slopes,
    optimizer.step()                        #   step down
model.eval()                                # now judge
"""


def steps(
    *, lr: float = 0.01, activation: str = "Tanh", batches: int = 3, device: str = "auto"
) -> Experiment:
    """Run the loop one line at a time, and look at the numbers after each."""
    inputs, outputs = measure()
    loader = DataLoader(Measurements(normalised(inputs), outputs), shuffle=True)
    names: dict[str, Any] = {
        "SGD": SGD,
        "lr": lr,
        "criterion": nn.MSELoss(),
        "device": pick(device),
    }
    names["model"] = model = regressor(activation=activation)
    lines = LOOP.splitlines()
    count = 0

    def run(number: int) -> Experiment:
        nonlocal count
        count += 1
        if number == 5:  # Another batch: what was computed for the last one is not its own.
            names.pop("prediction", None)
            names.pop("loss", None)
        exec(lines[number - 1].strip(), names)
        yield Code(LOOP, number)
        yield from _numbers(model, names, lr)
        yield Scalars(count, **{"loss": names["loss"]} if "loss" in names else {})

    yield Code(LOOP)
    for number in (1, 2, 3):
        yield from run(number)
    for done, (names["x"], names["y"]) in zip(range(batches), loader, strict=False):
        for number in (5, 6, 7, 8, 9, 10):
            yield from run(number)
        yield Progress(done + 1, batches, "batch")
    yield from run(11)


def _numbers(model: nn.Sequential, names: dict[str, Any], lr: float) -> Experiment:
    """What the loop holds now: the batch and its loss, and one weight of each layer."""
    values = [
        [name, names[name].item()] for name in ("x", "y", "prediction", "loss") if name in names
    ]
    yield Table(["name", "value"], values, name="batch", plot="batch")
    rows: list[list[str | float | int | None]] = []
    for name, weight in model.named_parameters():
        gradient = None if weight.grad is None else weight.grad.flatten()[0].item()
        move = None if gradient is None else -lr * gradient
        rows.append([f"{name}[0]", weight.flatten()[0].item(), gradient, move])
    yield Table(
        ["weight", "value", "gradient", "-lr × gradient"], rows, name="weights", plot="weights"
    )


def too_fast(*, lr: float = 0.01, steps: int = 40, normalise: bool = False) -> Experiment:
    """The loop with a batch of one, step by step, at a rate that may be too large."""
    x, y = measure()
    inputs = normalised(x) if normalise else x
    yield Scatter(x, y)
    model = regressor()
    optimizer = SGD(model.parameters(), lr=lr)
    order = torch.randperm(len(x))
    for step in range(1, steps + 1):
        chosen = order[step % len(x)]
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs[chosen]), y[chosen])
        loss.backward()
        optimizer.step()
        yield Line(x, model(inputs).detach())
        yield Progress(step, steps, "step")
        slope = multiply_out(model)[0]
        changes = yield Scalars(step, loss=loss, slope=slope)
        optimizer.param_groups[0].update(changes or {})


def collapse(
    *,
    layers: int = 4,
    width: int = 10,
    activation: str = "none",
    lr: float = 0.01,
    steps: int = 400,
) -> Experiment:
    """Train a stack of layers, and multiply its weights into one line at every step."""
    x, y = measure()
    inputs = normalised(x)
    yield Scatter(x, y)
    model = regressor(width, activation, layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        curve = model(inputs)
        loss = nn.functional.mse_loss(curve, y)
        slope, offset = multiply_out(model)
        line = slope * inputs + offset
        weights, biases = _copies(model)
        yield Network([1, *[width] * (layers - 1), 1], weights, biases=biases)
        yield Line(x, curve.detach(), name="network")
        yield Line(x, line, name="one line")
        yield Progress(step, steps, "step")
        gap = torch.max(torch.abs(curve.detach() - line))
        changes = yield Scalars(step, loss=loss, slope=slope, offset=offset, gap=gap)
        optimizer.param_groups[0].update(changes or {})
        loss.backward()
        optimizer.step()


@torch.no_grad()
def multiply_out(model: nn.Sequential) -> tuple[Tensor, Tensor]:
    """Slope and offset of the line that the linear layers make together, activations ignored.

    Layer after layer: W (w x + b) + c is (W w) x + (W b + c), a line again.
    """
    slope, offset = torch.ones(1, 1), torch.zeros(1)
    for layer in model:
        if isinstance(layer, nn.Linear):
            slope, offset = layer.weight @ slope, layer.weight @ offset + layer.bias
    return slope.squeeze(), offset.squeeze()


def _copies(model: nn.Sequential) -> tuple[list[Tensor], list[Tensor]]:
    """Weights and biases as they are now: the optimizer changes them in place."""
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    weights = [layer.weight.detach().clone() for layer in linear]
    return weights, [layer.bias.detach().clone() for layer in linear]


SIZES = (1, 10, 50, 200)


def batch_sizes(
    *, lr: float = 0.01, epochs: int = 20, activation: str = "Tanh", scale_lr: bool = False
) -> Experiment:
    """Four equal models see the same data in batches of 1, 10, 50 and 200."""
    x, y = measure()
    inputs = normalised(x)
    yield Scatter(x, y)
    start = regressor(activation=activation)
    models = {size: deepcopy(start) for size in SIZES}
    spent = dict.fromkeys(SIZES, 0.0)
    data = Measurements(inputs, y)
    loaders = {size: DataLoader(data, batch_size=size, shuffle=True) for size in SIZES}
    optimizers = {
        size: SGD(model.parameters(), lr=lr * size if scale_lr else lr)
        for size, model in models.items()
    }
    for epoch in range(1, epochs + 1):
        errors = {}
        for size, model in models.items():
            began = perf_counter()
            train_epoch(model, optimizers[size], loaders[size])
            spent[size] += perf_counter() - began
            errors[f"batch_{size}"] = nn.functional.mse_loss(model(inputs), y).detach()
            yield Line(x, model(inputs).detach(), name=f"batch_{size}")
        yield Progress(epoch, epochs)
        yield Bars(
            [f"{size} a batch" for size in SIZES], list(spent.values()), unit="s", plot="time"
        )
        yield Scalars(epoch, **errors)


def train_epoch(
    model: nn.Module, optimizer: torch.optim.Optimizer, loader: DataLoader[tuple[Tensor, Tensor]]
) -> None:
    """Once through the data: six steps a batch."""
    model.train()
    for batch, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(batch), target)
        loss.backward()
        optimizer.step()
