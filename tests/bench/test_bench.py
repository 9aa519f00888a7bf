"""The table of figures can be made; what the figures are is no test's business."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import topics
from tests.environment import MARK, ROOT, clean, left_alive

pytestmark = [pytest.mark.cold, pytest.mark.timeout(600)]


@pytest.mark.parametrize("topic", topics())
def test_every_figure_can_be_taken(topic: str, tmp_path: Path) -> None:
    environment = clean(tmp_path)
    taken = subprocess.run(
        [sys.executable, "-m", "tests.bench", topic, "--short", "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert taken.returncode == 0, taken.stderr
    rows = [json.loads(line) for line in taken.stdout.splitlines()]
    assert rows
    assert len({row["what"] for row in rows}) == len(rows)
    assert all(math.isfinite(row["value"]) for row in rows)
    assert left_alive(environment[MARK]) == []


def test_the_table_is_for_people(tmp_path: Path) -> None:
    taken = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean(tmp_path),
    )
    assert taken.returncode == 0
    assert all(topic in taken.stdout for topic in topics())


def test_what_cannot_be_taken_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    taken = subprocess.run(
        [sys.executable, "-m", "tests.bench", "nothing", "plots", "--short"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean(tmp_path),
    )
    assert taken.returncode == 1
    _, failed, *others = taken.stdout.splitlines()
    assert failed.startswith("nothing: FAILED")
    assert others
    assert "FAILED" not in "".join(others)
