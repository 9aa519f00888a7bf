"""The cores this process may use, and how many of them a good guest takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def usable(environ: Mapping[str, str] = os.environ, groups: Path = CGROUPS) -> float:
    """Cores this process may use: a scheduler or a container may leave it fewer than there are."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    bounds = [float(here or 1)]
    if (limit := quota(groups)) is not None:
        bounds.append(limit)
    with suppress(ValueError):
        bounds.append(float(environ.get("SLURM_CPUS_PER_TASK", "")))
    return max(min(bounds), 0.1)


def fair(environ: Mapping[str, str] = os.environ, groups: Path = CGROUPS) -> int:
    """Half of them, one at least: others work here too."""
    return max(1, int(usable(environ, groups) / 2))


def quota(groups: Path = CGROUPS) -> float | None:
    """Cores a container may use; None without a limit (Linux, cgroups of either version)."""
    with suppress(OSError, ValueError):
        limit, period = (groups / "cpu.max").read_text().split()
        return None if limit == "max" else int(limit) / int(period)
    with suppress(OSError, ValueError):
        limit = (groups / "cpu" / "cpu.cfs_quota_us").read_text()
        period = (groups / "cpu" / "cpu.cfs_period_us").read_text()
        return int(limit) / int(period) if int(limit) > 0 else None
    return None
