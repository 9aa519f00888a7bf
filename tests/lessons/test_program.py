"""Every experiment, copied as a program: it runs without Tocha and gives the same numbers."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lessons.format import catalog
from lessons.format.program import program
from tests.experiments.runs import FRESH, collect, small
from tests.experiments.test_experiments import CLOCKS

NAMES = [f"{lesson.slug}.{one.id}" for lesson in catalog.lessons() for one in lesson.experiments]

WITHOUT_TOCHA = """
import json, os, sys
sys.modules["engine"] = None
import torch
torch.set_num_threads(1)
# What the first optimizer imports takes longer than most of the programs.
torch.optim.SGD([torch.zeros(1, device="meta", requires_grad=True)])
for code in json.load(sys.stdin):
    if (child := os.fork()) != 0:
        if os.waitpid(child, 0)[1]:
            sys.exit(1)
        continue
    final = {}
    def record(view):
        for name, value in view.named.items():
            if isinstance(value, (int, float)) or getattr(value, "numel", lambda: 0)() == 1:
                final[name] = float(value)
    code = code.replace("\\n    show(view)\\n", "\\n    record(view)\\n")
    names = {"__name__": "__main__", "record": record}
    exec(compile(code, "program.py", "exec", dont_inherit=True), names)
    sys.__stdout__.write(json.dumps(final) + "\\n")
    sys.__stdout__.flush()
    os._exit(0)
"""


def text(name: str, knobs: dict[str, Any]) -> str:
    """The program of an experiment."""
    experiment = catalog.experiment(name)
    return program(experiment.title, experiment.topic, experiment.function, knobs)


def alone(names: list[str], folder: Path) -> list[dict[str, float]]:
    """The last value of every scalar of these programs, run where there is no Tocha."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", WITHOUT_TOCHA],
        input=json.dumps([text(name, small(name)) for name in names]),
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def test_a_program_gives_the_numbers_of_its_experiment(tmp_path: Path) -> None:
    for name, found in zip(NAMES, alone(NAMES, tmp_path), strict=True):
        if name.startswith(FRESH):
            # A simulated device cannot be taken back from this process.
            assert found, name
            continue
        expected = collect(name, small(name)).final
        assert expected.keys() <= found.keys(), name
        for scalar, value in expected.items():
            if not scalar.endswith(CLOCKS):
                assert found[scalar] == value or (
                    math.isnan(found[scalar]) and math.isnan(value)
                ), (name, scalar)


def test_a_program_is_a_file_that_python_runs(tmp_path: Path) -> None:
    knobs = catalog.experiment("training.fit").defaults | {"epochs": 1, "device": "cpu"}
    (tmp_path / "fit.py").write_text(text("training.fit", knobs))
    done = subprocess.run(
        [sys.executable, "-I", "fit.py"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stderr == ""
    losses = [line for line in done.stdout.splitlines() if " loss " in line]
    expected = collect("training.fit", knobs).series["loss"]
    assert [float(line.split()[-1]) for line in losses] == pytest.approx(expected, rel=1e-3)


def test_a_program_holds_the_experiments_own_text() -> None:
    for name in NAMES:
        experiment = catalog.experiment(name)
        assert experiment.source.rstrip() in text(name, experiment.defaults)
