"""How long a process has been ready to run and had to wait for a processor."""

from __future__ import annotations

from pathlib import Path


def seconds_in_line(pid: int | str = "self") -> float:
    """The waits of the process's main thread; 0 where the system does not count them."""
    try:
        counted = Path(f"/proc/{pid}/schedstat").read_bytes().split()
        return int(counted[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
