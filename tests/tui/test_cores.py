"""Half of the cores that a scheduler, a container or the machine leaves to this process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import ROOT
from tui.state.cores import fair, quota, usable

HERE = float(len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else None

needs_affinity = pytest.mark.skipif(HERE is None, reason="this system binds no process to cores")


@needs_affinity
def test_a_scheduler_is_obeyed(tmp_path: Path) -> None:
    assert usable({}, tmp_path) == HERE
    assert usable({"SLURM_CPUS_PER_TASK": "1"}, tmp_path) == 1
    assert usable({"SLURM_CPUS_PER_TASK": "4096"}, tmp_path) == HERE
    assert usable({"SLURM_CPUS_PER_TASK": "some"}, tmp_path) == HERE


@needs_affinity
def test_a_container_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert usable({}, tmp_path) == 0.5
    assert fair({}, tmp_path) == 1


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu.max": "600000 100000\n"}, 6.0),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3.0),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({}, None),
    ],
)
def test_both_versions_of_cgroups(
    files: dict[str, str], cores: float | None, tmp_path: Path
) -> None:
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert quota(tmp_path) == cores


@needs_affinity
def test_who_is_bound_to_one_core_uses_one() -> None:
    code = (
        "import os; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])\n"
        "from tui.state.cores import fair, usable; print(usable(), fair())\n"
        "from engine.experiments.devices import _places; print(*_places())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    cores, places = said.splitlines()
    assert cores.endswith(" 1")
    assert float(cores.split()[0]) <= 1
    assert "2 threads" not in places
