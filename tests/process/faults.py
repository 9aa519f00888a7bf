"""Experiments that behave well, and experiments that misbehave in every way a learner's code can.

Each shows a first step before it does what its name says.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from engine.views import Experiment, Line, Progress, Scalars, Scatter, Text


def polite(*, steps: int = 3) -> Experiment:
    """A few steps, then the end."""
    for step in range(1, steps + 1):
        yield Scalars(step, loss=1 / step)
        yield Progress(step, steps)


def descend(*, lr: float = 0.1, steps: int = 200) -> Experiment:
    """Gradient descent from a random start: numbers that depend on the seed."""
    x = torch.randn(3, requires_grad=True)
    for step in range(1, steps + 1):
        loss = (x**2).sum() + random.random() * 1e-3 + np.random.rand() * 1e-3
        (slope,) = torch.autograd.grad(loss, x)
        x = (x - lr * slope).detach().requires_grad_()
        changes = yield Scalars(step, loss=loss, lr=lr)
        lr = (changes or {}).get("lr", lr)


def endless() -> Experiment:
    """Shows something for ever."""
    print("off it goes")
    for step in count(1):
        yield Scalars(step, loss=1.0)


def parallel() -> Experiment:
    """A parallel region with two threads, forward and backward."""
    torch.set_num_threads(2)
    x = torch.randn(400, 400, requires_grad=True)
    (slope,) = torch.autograd.grad((x @ x).sin().sum(), x)
    yield Scalars(1, threads=torch.get_num_threads(), slope=slope.abs().sum())


def pictures(*, steps: int, points: int = 20_000, done: str = "") -> Experiment:
    """Large views and a scalar a step; writes to the named pipe ``done`` when it is through."""
    x = np.arange(points, dtype=np.float64)
    for step in range(1, steps + 1):
        yield Scalars(step, loss=float(step))
        yield Line(x, x * step)
    if done:
        Path(done).write_text("done", encoding="utf-8")


def beyond_numbers() -> Experiment:
    """Scalars JSON cannot say, and a view too large for a line."""
    yield Scalars(1, loss=float("nan"), up=float("inf"), down=torch.tensor(-torch.inf))
    yield Line(np.zeros(1_000_000), np.zeros(1_000_000))
    yield Text("still here")


def hush() -> Experiment:
    """Ends before it has shown anything."""
    yield from ()


def blinded() -> Experiment:
    """An endless loop that the interrupt ends."""
    yield Scalars(1, loss=1.0)
    print("off it goes")
    while True:
        pass


def deaf() -> Experiment:
    """An endless loop that swallows every exception, the interrupt too."""
    yield Scalars(1, loss=1.0)
    print("off it goes")
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def ignoring() -> Experiment:
    """An endless loop that has switched the interrupt off."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield Scalars(1, loss=1.0)
    print("off it goes")
    while True:
        pass


def in_c() -> Experiment:
    """One call into C that takes minutes and looks at no signal."""
    yield Scalars(1, loss=1.0)
    print("off it goes")
    sum(range(10**10))


def leaving() -> Experiment:
    """Leaves without a word."""
    yield Scalars(1, loss=1.0)
    os._exit(3)


def segfault() -> Experiment:
    """Reads memory that is not there."""
    yield Scalars(1, loss=1.0)
    ctypes.string_at(0)


def abort() -> Experiment:
    """Aborts, as a failed assertion in C does."""
    yield Scalars(1, loss=1.0)
    os.abort()


def flood(*, megabytes: int = 1024) -> Experiment:
    """Prints and prints."""
    yield Scalars(1, loss=1.0)
    text = ("All work and no play. " * 50_000)[: (1 << 20) - 1]
    for _ in range(megabytes):
        print(text)
    yield Scalars(2, loss=0.0)


def giant() -> Experiment:
    """Asks for 30 GB at once."""
    yield Scalars(1, loss=1.0)
    torch.zeros(30 << 30, dtype=torch.uint8)


def hoard() -> Experiment:
    """Keeps everything it ever made."""
    kept = []
    for step in count(1):
        kept.append(torch.ones(4 << 20))
        yield Scalars(step, megabytes=16.0 * len(kept))


def unbound() -> Experiment:
    """Lifts its own limit, then keeps everything it ever made."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    yield from hoard()


def raising() -> Experiment:
    """Raises an exception."""
    yield Scalars(1, loss=1.0)
    raise ValueError("no such luck")


def exiting() -> Experiment:
    """Calls sys.exit."""
    yield Scalars(1, loss=1.0)
    sys.exit(4)


def closing() -> Experiment:
    """Closes every file it can find, the engine's too."""
    yield Scalars(1, loss=1.0)
    os.closerange(0, 4096)
    for step in count(2):
        yield Scalars(step, loss=1.0)


def forking(*, then_wait: bool = False) -> Experiment:
    """Leaves a child, daemons in sessions of their own, one with a child, and a program behind."""
    yield Scalars(1, loss=1.0)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
        time.sleep(600)
    subprocess.Popen(["sleep", "600"])
    if os.fork() == 0:
        time.sleep(600)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    yield Scalars(2, loss=1.0)
    print("off it goes")
    while then_wait:
        yield Scalars(3, loss=1.0)


def threading_on() -> Experiment:
    """Leaves threads running that no interpreter would wait for in vain."""

    def spin() -> None:
        while True:
            pass

    yield Scalars(1, loss=1.0)
    for _ in range(3):
        threading.Thread(target=spin).start()
    yield Scalars(2, loss=1.0)


def loading(*, epochs: int = 1) -> Experiment:
    """Reads its data with two worker processes."""
    print("off it goes")
    data = TensorDataset(torch.arange(32.0))
    step = 0
    for _ in range(epochs):
        for (batch,) in DataLoader(data, batch_size=8, num_workers=2):
            step += 1
            yield Scalars(step, loss=batch.sum())


def vandal() -> Experiment:
    """Prints what would clear the screen, move the cursor and ring the bell, were it obeyed."""
    yield Scalars(1, loss=1.0)
    print("\x1b[2J\x1b[H\x1b]0;mine\x07\x07\x9b31mvandal was here\x1b[?1049l")
    for step in range(2, 50):
        yield Scalars(step, loss=1 / step)


def march(*, steps: int = 1_000_000) -> Experiment:
    """As many steps a second as the machine can take."""
    print("off it goes")
    for step in range(1, steps + 1):
        yield Scalars(step, loss=1000.0 / step)


def steady() -> Experiment:
    """A line that moves for ever inside fixed limits, over points that stay."""
    x = np.linspace(0.0, 20.0, 200)
    points = x + 2 * np.sin(x)
    yield Scatter(x, points)
    for step in count(1):
        yield Line(x, x * (1 + 0.3 * np.sin(step / 1000)))
        yield Scalars(step, loss=1.0)
        time.sleep(0.001)
