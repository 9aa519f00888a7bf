"""The reference regression in the real app: its fit and its loss, read off the screen."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.app.reading import bend, curve, ended, focus, number, type_value
from tests.conftest import Opener
from tests.environment import ROOT
from tests.terminal import TOCHA


def headless(*settings: str) -> dict[str, float]:
    """Where the curves of the same run stand without the app: the last values."""
    knobs = [word for setting in settings for word in ("--set", setting)]
    finished = subprocess.run(
        [*TOCHA, "run", "training.fit", *knobs, "--json"], capture_output=True, cwd=ROOT, check=True
    )
    values: dict[str, list[float]] = {}
    for line in map(json.loads, finished.stdout.splitlines()):
        if line["type"] == "scalars":
            values.setdefault(line["name"], []).extend(line["values"])
    return {name: all_[-1] for name, all_ in values.items()}


def test_a_line_stays_straight_and_a_bend_between_the_layers_bends_it(
    open_terminal: Opener,
) -> None:
    # Where the line passes a point, the point's sign stands: what is between them is read.
    terminal = open_terminal(*TOCHA, "training", columns=148, rows=60)
    terminal.until("Press 1 or 2")
    terminal.until("Press r to run")
    type_value(terminal, "epochs", "10")
    # The page asks for a guess first; the second press runs all the same.
    terminal.press("r")
    terminal.until("Guess first")
    terminal.press("r")
    terminal.until(lambda t: len(curve(t, "fit")[0]) > 20)
    terminal.until(ended())
    straight = curve(terminal, "fit")
    assert bend(straight) < 0.6
    error = number(terminal, "mse")

    focus(terminal, "activation")
    terminal.press("right")
    terminal.until("‹Tanh›")
    terminal.press("r")
    terminal.until("running")
    terminal.until(ended())
    assert bend(curve(terminal, "fit")) > 1.2
    final = headless("epochs=10", "activation=Tanh")
    assert number(terminal, "mse") == pytest.approx(final["mse"], rel=1e-3)
    assert number(terminal, "loss") == pytest.approx(final["loss"], rel=1e-3)
    assert number(terminal, "mse") != error
