"""Who holds the memory of a GPU, as NVIDIA's own tool says it: told when a run finds none left."""

from __future__ import annotations

import csv
import os
import pwd
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

QUERY = (
    "nvidia-smi",
    "--query-compute-apps=gpu_bus_id,pid,used_gpu_memory",
    "--format=csv,noheader,nounits",
)

PATIENCE_SECONDS = 5.0


def told(error: BaseException) -> str:
    """A sentence for each GPU when an error says that its memory is used up; raises nothing."""
    if type(error).__name__ != "OutOfMemoryError":
        return ""
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(
            QUERY, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
        ).stdout
        return "".join(f"{sentence}\n" for sentence in sentences(said.splitlines(), whose))
    return ""


def sentences(lines: Iterable[str], named: Callable[[int], str]) -> Iterator[str]:
    """One sentence for each GPU, from rows of its place, a process and MiB; most memory first."""
    held: dict[str, list[tuple[float, str]]] = {}
    for row in csv.reader(lines, skipinitialspace=True):
        # What a container may not see is "[N/A]".
        with suppress(ValueError):
            place, pid, mebibytes = row
            holder = float(mebibytes), named(int(pid))
            held.setdefault(place, []).append(holder)
    for place, holders in sorted(held.items()):
        who = ", ".join(f"{name} {size / 1024:.1f} GiB" for size, name in sorted(holders)[::-1])
        yield f"Memory of the GPU at {place} is held by: {who}."


def whose(pid: int) -> str:
    """A process in words: its number, its program, its user, as far as that can be told."""
    if pid == os.getpid():
        return "this run"
    words = f"process {pid}"
    with suppress(OSError, KeyError):
        folder = Path(f"/proc/{pid}")
        user = pwd.getpwuid(folder.stat().st_uid).pw_name
        words += f" ({(folder / 'comm').read_text().strip()}, {user})"
    return words
