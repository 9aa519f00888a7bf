"""Data: the measurements everything else is trained on, and how a loader asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from time import perf_counter, sleep
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, get_worker_info

from engine.experiments.models import regressor
from engine.experiments.parts.transcript import wrong_and_right
from engine.views import Experiment, Line, Mark, Progress, Scalars, Scatter, Table, Text


def wave(x: Tensor) -> Tensor:
    """The law behind the measurements: a rising wave."""
    return x + 2 * torch.sin(x)


def measure(points: int = 200, noise: float = 1.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    """x evenly from 0 to 20, y on the wave plus noise; two float32 tensors of shape (points, 1).

    The seed is the data's own: every lesson trains on the same 200 points, whatever the run's seed.
    """
    x = torch.linspace(0, 20, points).unsqueeze(1)
    errors = np.random.default_rng(seed).normal(0.0, noise, size=(points, 1))
    return x, wave(x) + torch.from_numpy(errors).float()


class Measurements(Dataset[tuple[Tensor, Tensor]]):
    """Pairs of x and y: it knows how many there are, and gives one of them."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index]


def normalised(x: Tensor) -> Tensor:
    """The same numbers, shifted and scaled to mean 0 and standard deviation 1."""
    return (x - x.mean()) / x.std()


def synthesize(
    *, points: int = 200, noise: float = 1.0, seed: int = 0, repeats: int = 2000
) -> Experiment:
    """Measure the wave, again and again; how wrong is even the one who knows the law?"""
    x, y = measure(points, noise, seed)
    yield Scatter(x, y)
    yield Line(x, wave(x), name="the law")
    dice = np.random.default_rng(seed)
    floors: list[float] = []
    for repeat in range(1, repeats + 1):
        error = torch.mean((y - wave(x)) ** 2)
        floors.append(error.item())
        yield Scatter(x, y)
        yield Progress(repeat, repeats, "measurement")
        changes = yield Scalars(repeat, error=error, average=sum(floors) / len(floors))
        if changes and changes.get("noise", noise) != noise:
            noise = changes["noise"]
            floors.clear()
        y = wave(x) + torch.from_numpy(dice.normal(0.0, noise, size=(points, 1))).float()


class Watched(Measurements):
    """Measurements that say which item was asked for, and by whom."""

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        worker = get_worker_info()
        return index, worker.id if worker else -1, *super().__getitem__(index)


def who_asks(
    *,
    points: int = 22,
    batch_size: int = 5,
    shuffle: bool = True,
    drop_last: bool = False,
    workers: int = 0,
    epochs: int = 2,
) -> Experiment:
    """Every item the loader asks the dataset for, in order, batch after batch."""
    data = Watched(*measure(points))
    yield Scatter(data.x, data.y, name="all items", plot="batch", group="validation")
    loader = DataLoader(
        data, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, num_workers=workers
    )
    lengths = f"len(dataset) is {len(data)}, len(loader) is {len(loader)}"
    yield Text(lengths, name="lengths")
    count, wanted = 0, len(data) - (len(data) % batch_size if drop_last else 0)
    for epoch in range(1, epochs + 1):
        rows: list[list[Any]] = []
        seen: list[int] = []
        for number, (items, asker, x, y) in enumerate(loader, 1):
            who = "the loop" if asker[0] < 0 else f"worker {asker[0]}"
            rows.append([number, "", who, ""])
            for size, item in enumerate(items.tolist(), 1):
                seen.append(item)
                rows[-1][1] = ", ".join(map(str, seen[-size:]))
                rows[-1][3] = str(list(x[:size].shape))
                count += 1
                yield Scatter(x[:size], y[:size], name="this batch", plot="batch")
                yield Table(["batch", "items", "asked by", "x.shape"], [*map(list, rows)])
                yield Progress(epoch - 1 + len(seen) / wanted, epochs)
                yield Scalars(count, item=item, batch_size=size)
    unseen = points - len(set(seen))
    yield Text(f"{lengths}. Items not asked for in the last epoch: {unseen}", name="lengths")
    yield Scalars(count, batches=len(loader), unseen=unseen)


class Slow(Measurements):
    """Measurements that must be waited for, as files on a disk are."""

    wait_ms = 0.0

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        sleep(self.wait_ms / 1000)
        return super().__getitem__(index)


def cost(*, points: int = 2000, workers: int = 1, item_ms: float = 0.0) -> Experiment:
    """Items a second: a loader with batches of many sizes, workers, and plain indexing."""
    x, y = measure(points)
    data = Measurements(x, y)
    if item_ms:
        data = Slow(x, y)
        data.wait_ms = item_ms
    rows: list[list[Any]] = []
    sizes, speeds = (1, 4, 16, 64, 256), []
    ways = len(sizes) + (not item_ms) + bool(workers)
    yield Progress(0, ways, "way")
    for done, size in enumerate(sizes, 1):
        speeds.append(points / _seconds(DataLoader(data, batch_size=size, shuffle=True)))
        yield Progress(done, ways, "way")
        rows.append([f"loader, batches of {size}", round(speeds[-1]), ""])
        yield Line(sizes[: len(speeds)], list(speeds), name="loader", plot="speed")
        yield Table(["way", "items a second", "start [ms]"], rows)
    closing = {"loader_1": speeds[0], "loader_64": speeds[3], "loader_256": speeds[4]}
    if not item_ms:
        # Over so soon that one pause would count for much: the fastest of five.
        indexed = [
            points / min(_seconds(_by_index(x, y, size)) for _ in range(5)) for size in sizes
        ]
        yield Line(sizes, indexed, name="indexing", plot="speed")
        rows.append(["indexing, batches of 64", round(indexed[3]), ""])
        closing |= {"indexing_1": indexed[0], "indexing_64": indexed[3], "indexing_256": indexed[4]}
    if workers:
        loader = DataLoader(data, batch_size=64, num_workers=workers)
        began = perf_counter()
        iterator = iter(loader)
        next(iterator)
        start = perf_counter() - began
        seconds = start + _seconds(iterator)
        who = "1 worker" if workers == 1 else f"{workers} workers"
        rows.append([f"{who}, batches of 64", round(points / seconds), round(1e3 * start)])
        closing["workers_64"] = points / seconds
    yield Progress(ways, ways, "way")
    yield Table(["way", "items a second", "start [ms]"], rows)
    yield Scalars(0, **closing)


def _seconds(batches: Any) -> float:
    began = perf_counter()
    for _ in batches:
        pass
    return perf_counter() - began


def _by_index(x: Tensor, y: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """What a loader does, for data that lies in memory as tensors."""
    for chosen in torch.randperm(len(x)).split(size):
        yield x[chosen], y[chosen]


def split(
    *,
    points: int = 40,
    share: float = 0.4,
    noise: float = 2.0,
    width: int = 30,
    epochs: int = 1500,
) -> Experiment:
    """Learn from one part of the data, and be judged on the other."""
    x, y = measure(points, noise)
    inputs = 2 * normalised(x)
    order = torch.randperm(points)
    train, held_out = order[: round(share * points)], order[round(share * points) :]
    yield Scatter(x[train], y[train], name="train")
    yield Scatter(x[held_out], y[held_out], name="validation", group="validation")

    model = regressor(width, "Tanh", layers=3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    fine = torch.linspace(0, 20, 400).unsqueeze(1)
    between = 2 * (fine - x.mean()) / x.std()
    least, at = torch.tensor(torch.inf), 0
    for epoch in range(1, epochs + 1):
        model.train()
        optimizer.zero_grad()
        loss = F.mse_loss(model(inputs[train]), y[train])
        loss.backward()
        optimizer.step()

        model.eval()
        with torch.inference_mode():
            judged = F.mse_loss(model(inputs[held_out]), y[held_out])
            curve = model(between)
        if judged < least:
            least, at = judged, epoch
            yield Line(fine, curve, name="fit at its best")
            yield Mark(at, least.item(), name="best", plot="loss")
        yield Line(fine, curve)
        yield Progress(epoch, epochs)
        yield Scalars(epoch, train=loss, validation=judged)
    yield Scalars(epochs, least_validation=least, least_at=at)


def sorted_data(*, lr: float = 0.05, epochs: int = 60, batch_size: int = 4) -> Experiment:
    """Two equal models learn from the same points: one in random order, one from left to right."""
    x, y = measure()
    data = Measurements(normalised(x), y)
    yield Scatter(x, y)
    shuffled = regressor(activation="Tanh")
    models = {"shuffled": shuffled, "sorted": deepcopy(shuffled)}
    optimizers = {
        name: torch.optim.SGD(model.parameters(), lr=lr) for name, model in models.items()
    }
    loaders = {
        name: DataLoader(data, batch_size=batch_size, shuffle=name == "shuffled") for name in models
    }
    step = 0
    for epoch in range(1, epochs + 1):
        for batches in zip(*loaders.values(), strict=True):
            seen = {}
            for (name, model), (batch, target) in zip(models.items(), batches, strict=True):
                optimizers[name].zero_grad()
                loss = F.mse_loss(model(batch), target)
                loss.backward()
                optimizers[name].step()
                seen[name] = loss
            step += 1
            changes = yield Scalars(step, **seen)
            for optimizer in optimizers.values():
                optimizer.param_groups[0].update(changes or {})
        yield Progress(epoch, epochs)
        for name, model in models.items():
            curve = model(data.x).detach()
            yield Line(x, curve, name=name)
            yield Scalars(step, **{f"{name}_mse": F.mse_loss(curve, y)})


MISTAKES = {
    "items of unequal size": (
        "from torch.utils.data import DataLoader\n",
        "words = [torch.ones(2), torch.ones(3)]\nnext(iter(DataLoader(words, batch_size=2)))",
        "words = [torch.ones(2), torch.ones(3)]\n"
        "padded = torch.nn.utils.rnn.pad_sequence(words, batch_first=True)\n"
        "next(iter(DataLoader(padded, batch_size=2)))",
    ),
    "targets of shape (N,)": (
        "model = torch.nn.Linear(1, 1)\nx, y = torch.arange(4.0).unsqueeze(1), torch.arange(4.0)\n",
        "F.mse_loss(model(x), y)\n(model(x) - y).shape",
        "F.mse_loss(model(x), y.unsqueeze(1))\n(model(x) - y.unsqueeze(1)).shape",
    ),
    "no length": (
        "from torch.utils.data import DataLoader, Dataset\n",
        "class Squares(Dataset):\n    def __getitem__(self, i):\n        return i * i\n\n"
        "DataLoader(Squares(), shuffle=True)",
        "class Squares(Dataset):\n    def __len__(self):\n        return 10\n"
        "    def __getitem__(self, i):\n        return i * i\n\n"
        "len(DataLoader(Squares(), shuffle=True, batch_size=4))",
    ),
    "no numbers in an item": (
        "from torch.utils.data import DataLoader\n",
        "next(iter(DataLoader([None, None], batch_size=2)))",
        "next(iter(DataLoader([0.5, float('nan')], batch_size=2)))",
    ),
}


def mistakes(*, mistake: str = "items of unequal size") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "np": np, "F": F})
