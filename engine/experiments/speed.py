"""Speed: one and the same training, on ever lighter machinery.

Every rung trains Linear(1, 10), Tanh, Linear(10, 1) for one epoch, in place. The rungs down to "C"
make the same steps on the same samples in the same order; the last two make fewer, larger steps.
"""

from __future__ import annotations

import ctypes
import math
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from engine.experiments.data import Measurements, measure, normalised
from engine.experiments.models import bend, regressor
from engine.experiments.training import train_epoch
from engine.views import Bars, Experiment, Line, Progress, Scalars, Scatter, Table

Rung: TypeAlias = Callable[[nn.Sequential, Tensor, Tensor, float], None]


def fast_fit(
    *,
    lr: float = 0.001,
    epochs: int = 100,
    width: int = 10,
    activation: str = "Tanh",
    normalise: bool = False,
) -> Experiment:
    """The fit with a batch of one, without module calls, loader and optimizer; the same numbers."""
    x, y = measure()
    inputs = normalised(x) if normalise else x
    yield Scatter(x, y)

    model = regressor(width, activation)
    weights: list[Tensor] = list(model.parameters())
    w1, b1, w2, b2 = weights
    bent = (lambda z: z) if activation == "none" else getattr(F, activation.lower())
    batches = list(zip(inputs.split(1), y.split(1), strict=True))

    step = 0
    for epoch in range(1, epochs + 1):
        for i in shuffled(len(x)).tolist():
            batch, target = batches[i]
            prediction = F.linear(bent(F.linear(batch, w1, b1)), w2, b2)
            loss = F.mse_loss(prediction, target)
            gradients = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                torch._foreach_add_(weights, gradients, alpha=-lr)
            step += 1
            changes = yield Scalars(step, loss=loss)
            lr = (changes or {}).get("lr", lr)

        with torch.inference_mode():
            curve = model(inputs)
        yield Progress(epoch, epochs)
        yield Line(x, curve)
        yield Scalars(step, mse=F.mse_loss(curve, y), bend=bend(x, curve))


def shuffled(n: int) -> Tensor:
    """The order in which DataLoader(shuffle=True) would ask for n items.

    A loader draws two numbers from torch's generator an epoch: a seed for its workers, and one
    for its sampler. Drawing them the same way gives the same order, and leaves the same generator.
    """
    torch.empty((), dtype=torch.int64).random_()
    sampler = torch.Generator()
    sampler.manual_seed(int(torch.empty((), dtype=torch.int64).random_().item()))
    return torch.randperm(n, generator=sampler)


def plain(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """The loop as everybody writes it."""
    loader = DataLoader(Measurements(x, y), batch_size=1, shuffle=True)
    train_epoch(model, torch.optim.SGD(model.parameters(), lr=lr), loader)


def preloaded(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """No loader: the batches are cut once."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    batches = list(zip(x.split(1), y.split(1), strict=True))
    for i in shuffled(len(x)).tolist():
        batch, target = batches[i]
        optimizer.zero_grad()
        F.mse_loss(model(batch), target).backward()
        optimizer.step()


def no_optimizer(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """No optimizer either: the rule of SGD is one line."""
    weights: list[Tensor] = list(model.parameters())
    batches = list(zip(x.split(1), y.split(1), strict=True))
    for i in shuffled(len(x)).tolist():
        batch, target = batches[i]
        gradients = torch.autograd.grad(F.mse_loss(model(batch), target), weights)
        with torch.no_grad():
            torch._foreach_add_(weights, gradients, alpha=-lr)


def functions(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """No modules: plain functions of plain tensors."""
    weights: list[Tensor] = list(model.parameters())
    w1, b1, w2, b2 = weights
    batches = list(zip(x.split(1), y.split(1), strict=True))
    for i in shuffled(len(x)).tolist():
        batch, target = batches[i]
        prediction = F.linear(torch.tanh(F.linear(batch, w1, b1)), w2, b2)
        gradients = torch.autograd.grad(F.mse_loss(prediction, target), weights)
        with torch.no_grad():
            torch._foreach_add_(weights, gradients, alpha=-lr)


def compiled(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """The whole step as one compiled graph."""
    weights = [weight.detach() for weight in model.parameters()]
    batches = list(zip(x.split(1), y.split(1), strict=True))
    for i in shuffled(len(x)).tolist():
        _compiled_step()(*weights, *batches[i], lr)


@lru_cache
def _compiled_step() -> Callable[..., None]:
    def loss(weights: list[Tensor], batch: Tensor, target: Tensor) -> Tensor:
        w1, b1, w2, b2 = weights
        return F.mse_loss(F.linear(torch.tanh(F.linear(batch, w1, b1)), w2, b2), target)

    def step(*arguments: Tensor) -> None:
        *weights, batch, target, lr = arguments
        gradients = torch.func.grad(loss)(weights, batch, target)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.sub_(lr * gradient)

    return torch.compile(step)


@torch.inference_mode()
def by_hand(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """No autograd: the gradient written out, with PyTorch's operations."""
    w1, b1, w2, b2 = weights = [weight.detach() for weight in model.parameters()]
    batches = list(zip(x.split(1), y.split(1), strict=True))
    for i in shuffled(len(x)).tolist():
        batch, target = batches[i]
        hidden = torch.tanh(torch.addmm(b1, batch, w1.t()))
        pull = 2 * (torch.addmm(b2, hidden, w2.t()) - target)
        back = (pull @ w2) * (1 - hidden * hidden)
        gradients = [back.t() @ batch, back[0], pull.t() @ hidden, pull[0]]
        torch._foreach_add_(weights, gradients, alpha=-lr)


def in_numpy(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """The same gradient in numpy, on the model's own memory."""
    w1, b1, w2, b2 = [weight.detach().view(-1).numpy() for weight in model.parameters()]
    inputs, targets, rate = x.view(-1).numpy(), y.view(-1).numpy(), np.float32(lr)
    for i in shuffled(len(x)).tolist():
        hidden = np.tanh(w1 * inputs[i] + b1)
        pull = 2 * (hidden @ w2 + b2[0] - targets[i])
        back = pull * w2 * (1 - hidden * hidden)
        w2 -= rate * pull * hidden
        b2 -= rate * pull
        w1 -= rate * back * inputs[i]
        b1 -= rate * back


def in_python(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """The same gradient in Python's own numbers."""
    flat = [weight.detach().view(-1) for weight in model.parameters()]
    w1, b1, w2, (offset,) = [weight.tolist() for weight in flat]
    inputs, targets, tanh, units = x.view(-1).tolist(), y.view(-1).tolist(), math.tanh, range(10)
    for i in shuffled(len(x)).tolist():
        hidden = [tanh(w1[j] * inputs[i] + b1[j]) for j in units]
        pull = 2 * lr * (sum(map(float.__mul__, hidden, w2)) + offset - targets[i])
        offset -= pull
        for j in units:
            back = pull * w2[j] * (1 - hidden[j] * hidden[j])
            w2[j] -= pull * hidden[j]
            w1[j] -= back * inputs[i]
            b1[j] -= back
    for weight, numbers in zip(flat, (w1, b1, w2, [offset]), strict=True):
        weight.copy_(torch.tensor(numbers))


C_SOURCE = """
#include <math.h>
void epoch(float *w1, float *b1, float *w2, float *b2,
           const float *x, const float *y, const long *order, long n, float lr) {
    for (long k = 0; k < n; k++) {
        long i = order[k];
        float hidden[10], out = b2[0];
        for (int j = 0; j < 10; j++) {
            hidden[j] = tanhf(w1[j] * x[i] + b1[j]);
            out += w2[j] * hidden[j];
        }
        float pull = 2 * (out - y[i]);
        b2[0] -= lr * pull;
        for (int j = 0; j < 10; j++) {
            float back = pull * w2[j] * (1 - hidden[j] * hidden[j]);
            w2[j] -= lr * pull * hidden[j];
            w1[j] -= lr * back * x[i];
            b1[j] -= lr * back;
        }
    }
}
"""


def in_c(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
    """The same gradient in C, on the model's own memory."""
    order = shuffled(len(x))
    memory = [tensor.data_ptr() for tensor in (*model.parameters(), x, y, order)]
    arguments = [*map(ctypes.c_void_p, memory), ctypes.c_long(len(x)), ctypes.c_float(lr)]
    _c_library().epoch(*arguments)


@lru_cache
def _c_library() -> ctypes.CDLL:
    """The C source as a library; a C compiler turns it into one in a fraction of a second."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "epoch.c"), Path(folder, "epoch.so")
        source.write_text(C_SOURCE)
        subprocess.run(["cc", "-O3", "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
        return ctypes.CDLL(str(library))


def in_batches(size: int) -> Rung:
    """The loop as everybody writes it, with larger batches: other steps, and fewer of them."""

    def rung(model: nn.Sequential, x: Tensor, y: Tensor, lr: float) -> None:
        loader = DataLoader(Measurements(x, y), batch_size=size, shuffle=True)
        train_epoch(model, torch.optim.SGD(model.parameters(), lr=lr), loader)

    return rung


SAME: dict[str, Rung] = {
    "DataLoader, SGD": plain,
    "batches cut once": preloaded,
    "no optimizer": no_optimizer,
    "plain functions": functions,
    "gradient by hand": by_hand,
    "numpy": in_numpy,
    "Python floats": in_python,
}
OTHER: dict[str, Rung] = {"batch of 32": in_batches(32), "batch of 200": in_batches(200)}


def ladder(*, lr: float = 0.001, epochs: int = 5, compile_step: bool = False) -> Experiment:
    """Time every rung, one epoch each in turn, and compare the weights they arrive at."""
    x, y = measure()
    inputs = normalised(x)
    start = regressor(activation="Tanh")
    same = SAME | ({"compiled": compiled} if compile_step else {})
    same |= {"C": in_c} if shutil.which("cc") else {}
    rungs = same | OTHER
    models = {name: deepcopy(start) for name in rungs}
    seconds: dict[str, list[float]] = {name: [] for name in rungs}
    yield Progress(0, epochs)
    for rung in rungs.values():
        rung(deepcopy(start), inputs, y, lr)  # The first time is never typical.
    for epoch in range(1, epochs + 1):
        dice = torch.get_rng_state()
        for name, rung in rungs.items():
            torch.set_rng_state(dice)
            began = perf_counter()
            rung(models[name], inputs, y, lr)
            seconds[name].append(perf_counter() - began)
        yield Progress(epoch, epochs)
        times = {name: _times_faster(seconds["DataLoader, SGD"], seconds[name]) for name in rungs}
        yield Bars(list(times), list(times.values()), unit="×", log=True, plot="speed")
        yield Table(*_report(seconds, times, models, same), plot="rungs")
        yield Scalars(epoch, apart=max(_apart(models["DataLoader, SGD"], models[n]) for n in same))


def _times_faster(plain: list[float], rung: list[float]) -> float:
    """The median of the ratios, each from one and the same epoch: noise hits both."""
    return statistics.median(slow / fast for slow, fast in zip(plain, rung, strict=True))


def _report(
    seconds: dict[str, list[float]],
    times: dict[str, float],
    models: dict[str, nn.Sequential],
    same: dict[str, Rung],
) -> tuple[list[str], list[list[str | float | int | None]]]:
    rows: list[list[str | float | int | None]] = []
    plain_microseconds = 1e6 * statistics.median(seconds["DataLoader, SGD"]) / 200
    for name, model in models.items():
        microseconds = plain_microseconds / times[name]  # Beside a median epoch of the plain loop.
        apart = _apart(models["DataLoader, SGD"], model) if name in same else None
        rows.append([name, microseconds, times[name], apart])
    return ["rung", "time a sample [µs]", "times faster", "weights apart"], rows


def _apart(one: nn.Module, other: nn.Module) -> float:
    """The largest difference between two models' weights."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(torch.max(torch.abs(a - b)).item() for a, b in pairs)
