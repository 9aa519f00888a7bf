"""Exercises from the command line, as a shell runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lessons.format import catalog
from tests.environment import clean, seconds

NARROW = 50


def tocha(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "tui", *arguments],
        env=clean(home) | {"COLUMNS": str(NARROW)},
        capture_output=True,
        text=True,
        cwd=home,
        timeout=seconds(120),
        check=False,
    )


def test_instructions_fit_the_terminal_and_code_stays_whole(tmp_path: Path) -> None:
    task = catalog.exercise("data/your-own-batches")
    said = tocha(tmp_path, "exercise", task.name)
    assert said.returncode == 0, said.stderr
    code = [line for line in task.instructions.splitlines() if line.startswith("    ")]
    printed = said.stdout.splitlines()
    assert [line for line in printed if line.startswith("    ")] == code
    assert max(len(line) for line in printed if not line.startswith("  ")) <= NARROW
    assert " ".join(task.instructions.split()) in " ".join(said.stdout.split())
    assert (tmp_path / "your_own_batches.py").read_text() == task.stub


@pytest.mark.parametrize("number", [1, 2, 3])
def test_hints_fit_the_terminal(tmp_path: Path, number: int) -> None:
    task = catalog.exercise("data/your-own-batches")
    said = tocha(tmp_path, "exercise", task.name, "--hint", str(number)).stdout
    assert max(map(len, said.splitlines())) <= NARROW
    assert said.split() == task.hints[number - 1].split()


def test_a_verdict_fits_the_terminal_and_its_exit_status_tells_it(tmp_path: Path) -> None:
    task = catalog.exercise("data/your-own-batches")
    file = tmp_path / "your_own_batches.py"
    file.write_text(task.stub)
    said = tocha(tmp_path, "check", task.name)
    assert said.returncode == 1, said.stderr
    assert "✗ The order is shuffled" in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= NARROW
    file.write_text(task.right[0].read_text())
    said = tocha(tmp_path, "check", task.name)
    assert said.returncode == 0, said.stderr
    assert task.afterwards.split()[-1] in said.stdout


def test_a_seed_draws_the_inputs_of_a_failure_once_more(tmp_path: Path) -> None:
    code = "import torch\n\ndef to_column(readings):\n    return torch.tensor(readings)\n"
    (tmp_path / "a_column.py").write_text(code, encoding="utf-8")
    first = tocha(tmp_path, "check", "tensors/a-column").stdout
    seed = re.search(r"\(Drawn\s+with\s+seed\s+(\d+)\.\)", first)
    assert seed, first
    again = tocha(tmp_path, "check", "tensors/a-column", "--seed", seed[1]).stdout
    assert again == first
