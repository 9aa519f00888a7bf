"""Run experiments in tests: seeded as a run is, with small budgets, in this process or a fresh one.

As a program it runs experiments in its own process: JSON on standard input is a list of
``[name, knobs]`` or ``[name, knobs, seed]``, and one JSON object a line comes back for each.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
import torch

from engine.process.protocol import Shown, decode_event, encode
from engine.views import AnyView, Experiment, Scalars
from lessons.format import catalog
from tests.environment import seconds

BUDGET: dict[str, Any] = {
    "epochs": 2,
    "steps": 3,
    "repeats": 3,
    "largest": 32,
    "batches": 1,
    "times": 3,
    "width": 8,
    "samples": 10,
    "points": 20,
    "workers": 0,
}
"""Small values for the knobs that only make a run longer."""

FRESH = "devices"
"""Experiments of this lesson may register a simulated device, so they need a fresh process."""


def start(name: str, knobs: Mapping[str, Any], seed: int = 0) -> Experiment:
    """The generator of an experiment, after seeding everything as a run does."""
    experiment = catalog.experiment(name)
    module = import_module(f"engine.experiments.{experiment.topic}")
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    generator: Experiment = getattr(module, experiment.function)(**knobs)
    return generator


def small(name: str, **knobs: Any) -> dict[str, Any]:
    """A cheap setting of the experiment, with these knobs set."""
    own = catalog.experiment(name).defaults
    return {knob: value for knob, value in BUDGET.items() if knob in own} | knobs


def collect(name: str, knobs: Mapping[str, Any], limit: int = 2000, seed: int = 0) -> Collected:
    """Run it, at most ``limit`` views, looking at each view when it is yielded."""
    seen = Collected()
    generator = start(name, knobs, seed)
    for view in islice(generator, limit):
        seen.take(view)
    generator.close()
    return seen


class Collected:
    """What a run has shown: every scalar in order, and every view as it would be sent."""

    def __init__(self) -> None:
        self.series: dict[str, list[float]] = {}
        self.plots: set[str] = set()
        self.lines: list[bytes] = []

    def take(self, view: AnyView | Scalars) -> None:
        """Look at a view now; later its tensors may have changed."""
        if isinstance(view, Scalars):
            for name, value in view.values.items():
                number = value.item() if hasattr(value, "item") else value
                self.series.setdefault(name, []).append(float(number))
        else:
            line = encode(Shown(view=view))
            assert decode_event(line) is not None, f"not what the other end expects: {view}"
            self.lines.append(line)
            self.plots.add(getattr(view, "plot", ""))

    @property
    def final(self) -> dict[str, float]:
        return {name: values[-1] for name, values in self.series.items()}


def collect_fresh(
    runs: Sequence[tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], int]],
) -> list[dict[str, Any]]:
    """Run experiments one after the other in a process of their own.

    Each answer has "final", "series", "plots" and "lines" (the views sent, as text), or "error".
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.experiments.runs"],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        timeout=seconds(110),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def collected(name: str, knobs: dict[str, Any]) -> Collected:
    """Run it where it may run."""
    if not name.startswith(FRESH):
        return collect(name, knobs)
    (answer,) = collect_fresh([(name, knobs)])
    seen = Collected()
    seen.series, seen.plots = answer["series"], set(answer["plots"])
    seen.lines = [line.encode() for line in answer["lines"]]
    return seen


def _answers(runs: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    torch.set_num_threads(1)
    for name, knobs, *seeds in runs:
        try:
            seen = collect(name, knobs, seed=seeds[0] if seeds else 0)
        except Exception as error:
            yield {"error": f"{type(error).__name__}: {error}"}
        else:
            lines = [line.decode() for line in seen.lines]
            yield {
                "final": seen.final,
                "series": seen.series,
                "plots": sorted(seen.plots),
                "lines": lines,
            }


if __name__ == "__main__":
    for answer in _answers(json.load(sys.stdin)):
        sys.stdout.write(json.dumps(answer) + "\n")
