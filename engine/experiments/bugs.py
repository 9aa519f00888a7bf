"""The bug bench: one loop as it should be and with one fault, side by side from the same seed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from weakref import WeakSet

import torch
from torch import Tensor, nn

from engine.experiments.data import measure
from engine.experiments.parts.faulty_loops import (
    CLASSES,
    DROPOUT,
    FAULTS,
    LOOP,
    SOUND,
    broken,
    changed,
    in_lock_step,
    started,
)
from engine.views import Code, Experiment, Line, Progress, Scalars, Scatter, Table, Text


def bugs(
    *, bug: str = "no zero_grad", lr: float = 0.05, epochs: int = 20, batch_size: int = 10
) -> Experiment:
    """Two equal models, one loop: as it is, and with one fault in its text."""
    fault = FAULTS[bug]
    text, line = changed(fault)
    yield Code(text, line, name="diff", plot="diff")
    texts = {"clean": LOOP, "other": broken(fault)}
    yield from side_by_side(texts, fault.tasks[0], lr, epochs, batch_size)


SOUND_NAME = "none of them"
OFFERED = 6
"""Names of a blind round; one of them is right."""

LOOK_ALIKE = {"no backward": "detached loss", "detached loss": "no backward"}
"""No curve tells these two apart: only one of them is among the names."""


def blind(*, lr: float = 0.05, epochs: int = 20, batch_size: int = 10) -> Experiment:
    """The loop beside one whose fault, if it has one, is drawn by lot."""
    faults = FAULTS | {SOUND_NAME: SOUND}
    name = drawn(list(faults))
    names = offered(name, list(faults))
    task = drawn(list(faults[name].tasks))
    listed = ", ".join(f"{number} {each}" for number, each in enumerate(names, 1))
    yield Text(listed, name="names", plot="names")
    texts = {"clean": LOOP, "other": broken(faults[name])}
    yield from side_by_side(texts, task, lr, epochs, batch_size)
    # Only now, and counted from 1: before the end nothing of it may be seen.
    yield Scalars(epochs, fault=names.index(name) + 1, drawn=list(faults).index(name) + 1)


def drawn(names: list[str]) -> str:
    """One of these, by lot."""
    return names[int(torch.randint(len(names), ()))]


def offered(name: str, names: list[str]) -> list[str]:
    """This name among some others, in the order of the list."""
    others = [each for each in names if each not in (name, LOOK_ALIKE.get(name))]
    chosen = {name}
    while len(chosen) < OFFERED:
        other = drawn(others)
        if LOOK_ALIKE.get(other) not in chosen:
            chosen.add(other)
    return sorted(chosen, key=names.index)


def side_by_side(
    texts: dict[str, str], task: str, lr: float, epochs: int, batch_size: int
) -> Experiment:
    """Loops by their name and text in lock-step, and what is worth seeing of each."""
    x, y, model, criterion = posed(task)
    yield Scatter(x, y if y.dim() == x.dim() else y.unsqueeze(1))
    models = {name: deepcopy(model) for name in texts}
    loops = [
        started(text, x, y, models[name], criterion, lr, epochs, batch_size)
        for name, text in texts.items()
    ]
    held = {name: Graphs() for name in models}
    step = epoch = 0
    for pair in in_lock_step(loops):
        both = dict(zip(models, pair, strict=True))
        if pair[0].dim() == 0:
            step += 1
            for name, loss in both.items():
                held[name].watch(loss)
            yield Scalars(step, **both)
            continue
        epoch += 1
        inside = {}
        for name, curve in both.items():
            yield Line(x, expected(curve) if task == CLASSES else curve, name=name)
            inside[name] = [
                criterion(curve, y).item(),
                gradient(models[name]),
                moved(models[name], model),
                held[name].count,
            ]
        rows = zip(INSIDE.values(), *inside.values(), strict=True)
        yield Table(["", *models], [list(row) for row in rows], name="inside", plot="inside")
        yield Progress(epoch, epochs)
        numbers = {
            f"{name}_{what}": value
            for name, values in inside.items()
            for what, value in zip(INSIDE, values, strict=True)
        }
        yield Scalars(step, **numbers)


INSIDE = {
    "error": "error over all points",
    "gradient": "length of the gradient",
    "moved": "weights: distance moved",
    "graphs": "graphs in memory",
}
"""What is seen of a loop after each epoch."""


def posed(task: str) -> tuple[Tensor, Tensor, nn.Sequential, Callable[[Tensor, Tensor], Tensor]]:
    """Data, a fresh model and the loss of a task."""
    x, y = measure()
    if task == CLASSES:
        heights = torch.bucketize(y.flatten(), torch.tensor([7.0, 14.0]))
        return x, heights, network(3), nn.CrossEntropyLoss()
    return x, y, network(1, dropout=0.5 if task == DROPOUT else 0.0), squared_error


def network(outputs: int, dropout: float = 0.0) -> nn.Sequential:
    """Ten hidden units; some of them left out in training, where there is dropout."""
    hidden = [nn.Linear(1, 10), nn.Tanh(), *([nn.Dropout(dropout)] if dropout else [])]
    return nn.Sequential(*hidden, nn.Linear(10, outputs))


def squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """As nn.MSELoss, which also warns of shapes that differ."""
    return torch.mean((prediction - target) ** 2)


def expected(logits: Tensor) -> Tensor:
    """The class to be expected: every class times its probability."""
    return logits.softmax(1) @ torch.arange(3.0)


def gradient(model: nn.Module) -> float:
    """The length of all gradients together as the last step left them; 0 where there are none."""
    found = [one.grad.norm() for one in model.parameters() if one.grad is not None]
    return torch.stack(found).norm().item() if found else 0.0


@torch.no_grad()
def moved(model: nn.Module, begin: nn.Module) -> float:
    """How far the weights are from where they began."""
    pairs = zip(model.parameters(), begin.parameters(), strict=True)
    return float(torch.stack([(now - then).norm() for now, then in pairs]).norm())


class Graphs:
    """Counts the losses whose graphs are still in memory."""

    def __init__(self) -> None:
        self._alive: WeakSet[Tag] = WeakSet()

    def watch(self, loss: Tensor) -> None:
        """Tie a tag to the loss's graph: it is gone when the graph is."""
        if loss.grad_fn is not None:
            metadata: Any = loss.grad_fn.metadata
            metadata["tag"] = tag = Tag()
            self._alive.add(tag)

    @property
    def count(self) -> int:
        """How many are alive."""
        return len(self._alive)


class Tag:
    """Lives as long as the graph it is tied to."""
