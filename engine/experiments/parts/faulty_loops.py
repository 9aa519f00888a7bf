"""One training loop, and the ways to get it wrong: each fault is one small change of its text."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from difflib import ndiff
from typing import Any

import torch
from torch.optim import SGD

LOOP = """\
def loop(x, y, model, criterion, lr, epochs, batch_size):
    x = (x - x.mean()) / x.std()
    held = model.parameters()
    optimizer = SGD(held, lr=lr)
    total = 0.0
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(x))
        for chosen in order.split(batch_size):
            batch = x[chosen]
            target = y[chosen]
            optimizer.zero_grad()
            prediction = model(batch)
            loss = criterion(prediction, target)
            loss.backward()
            optimizer.step()
            total += loss.item()
            yield loss
        model.eval()
        with torch.no_grad():
            curve = model(x)
        yield curve
"""

WAVE, DROPOUT, CLASSES = "wave", "dropout", "classes"
"""What the loop learns: the measurements, the same with dropout, and which of three heights."""


@dataclass(frozen=True)
class Fault:
    """What stands in the loop, and what in the broken one; ``tasks`` are those it shows in."""

    right: str
    wrong: str
    tasks: tuple[str, ...] = (WAVE,)


ZERO = "            optimizer.zero_grad()\n"
BACKWARD = "            loss.backward()\n"
STEP = "            optimizer.step()\n"
SCALE = "    x = (x - x.mean()) / x.std()\n"
DETACH = "            loss = loss.detach().requires_grad_()\n"

FAULTS = {
    "no zero_grad": Fault(ZERO, ""),
    "no backward": Fault(BACKWARD, "", (WAVE, CLASSES)),
    "no step": Fault(STEP, "", (WAVE, CLASSES)),
    "lr × 100": Fault("lr=lr", "lr=lr * 100"),
    "lr ÷ 100": Fault("lr=lr", "lr=lr / 100", (WAVE, CLASSES)),
    "flat target": Fault("y[chosen]", "y[chosen].flatten()"),
    "another model's parameters": Fault(
        "model.parameters()", "deepcopy(model).parameters()", (WAVE, CLASSES)
    ),
    "detached loss": Fault(BACKWARD, DETACH + BACKWARD, (WAVE, CLASSES)),
    "softmax before cross-entropy": Fault("model(batch)", "model(batch).softmax(1)", (CLASSES,)),
    "evaluates in train mode": Fault("        model.eval()\n", "", (DROPOUT,)),
    "no shuffle": Fault("torch.randperm(len(x))", "torch.arange(len(x))"),
    "x not scaled": Fault(SCALE, ""),
    "labels shifted by one": Fault("y[chosen]", "y[chosen.roll(1)]", (WAVE, CLASSES)),
    "loss instead of loss.item()": Fault("loss.item()", "loss", (WAVE, CLASSES)),
}
"""By name. Sound code has none of them."""

SOUND = Fault("", "", (WAVE, DROPOUT, CLASSES))


def broken(fault: Fault) -> str:
    """The loop's text with this fault in it."""
    return LOOP.replace(fault.right, fault.wrong) if fault.right else LOOP


def changed(fault: Fault) -> tuple[str, int]:
    """Both texts in one, "-" before what goes and "+" before what comes; the last such line."""
    lines = [
        line
        for line in ndiff(LOOP.splitlines(), broken(fault).splitlines())
        if not line.startswith("?")
    ]
    at = max((n for n, line in enumerate(lines, 1) if line[0] in "-+"), default=0)
    return "\n".join(line.rstrip() for line in lines), at


def started(text: str, *given: Any) -> Iterator[torch.Tensor]:
    """The loop that this text defines, before its first step."""
    names: dict[str, Any] = {"torch": torch, "SGD": SGD, "deepcopy": deepcopy}
    exec(text, names)
    loop: Iterator[torch.Tensor] = names["loop"](*given)
    return loop


def in_lock_step(loops: list[Iterator[torch.Tensor]]) -> Iterator[list[torch.Tensor]]:
    """One step of each loop in turn, each with random numbers of its own, all from one seed."""
    states = [torch.get_rng_state()] * len(loops)
    while True:
        shown = []
        for index, loop in enumerate(loops):
            torch.set_rng_state(states[index])
            step = next(loop, None)
            if step is None:
                return
            states[index] = torch.get_rng_state()
            shown.append(step)
        yield shown
