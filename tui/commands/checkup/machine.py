"""Python, torch, CUDA against the driver, devices, threads."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from engine.process import limits
from engine.process.own_path import ours_first
from tui.commands.checkup.line import Line, fault, gigabytes, ok, warning
from tui.state.cores import usable

TORCH_SECONDS = 120.0
"""A cold network disk may need a minute to give up torch."""

BUSY_PART = 0.9
"""Of a GPU's memory in use: above this a run will hardly find room."""


LITTLE_MEMORY = 2e9
"""Bytes: an engine and a run of a lesson take about one."""


def python() -> Iterator[Line]:
    """The interpreter and the packages the screen is made of."""
    yield ok("Python", f"{platform.python_version()} in {sys.prefix}")
    found = {name: installed(name) for name in ("tocha", "textual", "plotext", "numpy", "msgspec")}
    missing = [name for name, version in found.items() if not version]
    fact = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    if missing:
        remedy = f"Run: {Path(sys.executable).name} -m pip install {' '.join(missing)}"
        yield fault("packages", f"missing: {', '.join(missing)}", remedy)
    else:
        yield ok("packages", fact)


def installed(package: str) -> str:
    """A package's version; "" when it is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def ask_torch() -> dict[str, Any]:
    """What torch says, from a process of its own; under "error" the reason when it says nothing."""
    command = [sys.executable, "-P", "-m", "engine.process.torch_facts"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TORCH_SECONDS,
            check=False,
            env=ours_first(),
        )
    except subprocess.TimeoutExpired:
        return {"error": f"importing torch took more than {TORCH_SECONDS:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        found: dict[str, Any] = json.loads(lines[-1])
        return found
    if done.returncode < 0:
        return {"error": f"importing torch crashed (signal {-done.returncode})"}
    return {"error": (done.stderr.strip().splitlines() or ["it said nothing"])[-1]}


def torch() -> Iterator[Line]:
    """torch, CUDA and every device."""
    found = ask_torch()
    if "error" in found:
        remedy = "Run: python -m pip install torch (pytorch.org/get-started names your build)."
        if limited := limits.in_the_way([found["error"]]):
            remedy = f"{limited}: raise it, and look again."
        yield fault("torch", str(found["error"]), remedy)
        return
    seconds = f"imported in {found['seconds']:.1f} s"
    if found["compiled"]:
        yield ok("torch", f"{found['torch']}, {seconds}")
    else:
        remedy = f"Run: python -m compileall -q {Path(found['file']).parent}"
        yield warning("torch", f"{found['torch']}, {seconds}, without bytecode", remedy)
    yield from memory()
    yield cuda(found)
    for device in found["devices"]:
        yield gpu(device)
    if found["mps"]:
        yield ok("device mps", "Apple's GPU")
    yield threads(found["threads"])


def memory(source: Path = Path("/proc/meminfo")) -> Iterator[Line]:
    """The device every machine has, and the memory it has left (Linux; elsewhere all there is)."""
    try:
        rows = dict(line.split(":", 1) for line in source.read_text().splitlines())
        total, free = (int(rows[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    except (OSError, KeyError, ValueError):
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield ok("device cpu", f"{gigabytes(total)} of memory")
        return
    fact = f"{gigabytes(free)} of {gigabytes(total)} free"
    if free < LITTLE_MEMORY:
        yield warning("device cpu", fact, "Runs may be ended for want of memory: close something.")
    else:
        yield ok("device cpu", fact)


def cuda(found: dict[str, Any]) -> Line:
    """The build against the driver."""
    built, driver = found["cuda build"] or found["hip build"], driver_of_machine()
    if built is None:
        if driver is None:
            return ok("CUDA", "no GPU here, and torch is built without CUDA")
        remedy = "Install torch's CUDA build: pytorch.org/get-started names the command."
        return warning("CUDA", f"a GPU (driver {driver[0]}), but torch is built without", remedy)
    if found["cuda"]:
        return ok("CUDA", f"built for {built}, driver {driver[0] if driver else 'unknown'}")
    if driver is None:
        fact = f"built for {built}, but no GPU driver was found: {found['problem']}"
        return warning("CUDA", fact, "On a GPU machine: install its driver, or ask who runs it.")
    newest = f", which is good for CUDA {driver[1]}" if driver[1] else ""
    fact = f"built for {built}, driver {driver[0]}{newest}: {found['problem']}"
    remedy = f"Update the driver, or install a torch built for CUDA {driver[1] or 'of its age'}."
    if os.environ.get("CUDA_VISIBLE_DEVICES") is not None:
        remedy = f"CUDA_VISIBLE_DEVICES is {os.environ['CUDA_VISIBLE_DEVICES']!r}: unset it."
    return fault("CUDA", fact, remedy)


def driver_of_machine() -> tuple[str, str] | None:
    """The NVIDIA driver's version and the newest CUDA it knows; None without one."""
    if shutil.which("nvidia-smi") is None:
        return None
    try:
        done = subprocess.run(
            ["nvidia-smi"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    driver = re.search(r"Driver Version:\s*([\d.]+)", done.stdout)
    newest = re.search(r"CUDA Version:\s*([\d.]+)", done.stdout)
    return (driver[1], newest[1] if newest else "") if driver else None


def gpu(device: dict[str, Any]) -> Line:
    """One device and its free memory."""
    name = f"device cuda:{device['index']}"
    if device["wrong"]:
        remedy = "Choose another device, or install a torch built for this one."
        return fault(name, f"{device['name']}: {device['wrong']}", remedy)
    free, total = device["free"], device["total"]
    fact = f"{device['name']}, {gigabytes(free)} of {gigabytes(total)} free"
    if free < (1 - BUSY_PART) * total:
        return warning(name, fact, "Others use it: choose another with --device.")
    return ok(name, fact)


def threads(count: int) -> Line:
    """Threads of torch against the processors this process may use."""
    cores, all_of_them = usable(), os.cpu_count() or 1
    load = os.getloadavg()[0]
    fact = f"{count} threads, {cores:g} of {all_of_them} processors, load {load:.1f}"
    if count > max(1, cores):
        variable = next((n for n in ("OMP_NUM_THREADS", "MKL_NUM_THREADS") if n in os.environ), "")
        cause = f"unset {variable}" if variable else f"export OMP_NUM_THREADS={max(1, int(cores))}"
        return warning("threads", fact, f"More threads than processors are slow: {cause}.")
    if load > 1.5 * all_of_them:
        return warning("threads", fact, "The machine is busy: runs will be slow.")
    return ok("threads", fact)
