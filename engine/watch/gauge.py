"""Memory of a process tree, and utilisation of a GPU (``nvidia-smi``)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")

GPU_COMMAND = (
    "nvidia-smi",
    "--query-gpu=uuid,utilization.gpu,memory.used",
    "--format=csv,noheader,nounits",
    "--loop=2",
)
MEGABYTE = 1 << 20


def memory(root: int) -> int | None:
    """Bytes in the memory of a process and all that came from it; None where that is not told.

    Shared pages are divided among those who share them (Linux' PSS), where that may be read.
    """
    total = 0
    for pid in family(root):
        with suppress(OSError, ValueError, IndexError):
            total += shared_fairly(pid)
    return total or None


def shared_fairly(pid: int) -> int:
    """Bytes of one process.

    Raises:
        OSError: there is none of that number.
    """
    with suppress(OSError, ValueError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        return int(line.split()[1]) * 1024
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def family(root: int) -> Iterable[int]:
    """A process and its descendants, as far as the system names them."""
    found = [root]
    for pid in found:
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, path.read_text().split())
    return found


class GpuGauge:
    """What ``nvidia-smi`` says of every GPU, again and again; nothing where there is none."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.readings: dict[str, tuple[float, float]] = {}
        """By uuid: use in percent and memory in bytes, the newest."""
        self._rest = b""
        if shutil.which(GPU_COMMAND[0]):
            with suppress(OSError):
                self.process = subprocess.Popen(
                    GPU_COMMAND,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                os.set_blocking(self.fd, False)

    @property
    def fd(self) -> int:
        """What to wait on for new readings; -1 where there is no GPU."""
        if self.process is None or self.process.stdout is None:
            return -1
        return self.process.stdout.fileno()

    def take(self) -> bool:
        """Read what was said; False when nothing more will be."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return True
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with suppress(ValueError):
                uuid, use, used = line.decode().split(",")
                self.readings[uuid.strip()] = (float(use), float(used) * MEGABYTE)
        return bool(data)

    def reading(self, uuid: str) -> tuple[float, float] | None:
        """Of the GPU a script uses; of the only one, where nobody says which."""
        if not uuid and len(self.readings) == 1:
            return next(iter(self.readings.values()))
        return self.readings.get(uuid)

    def close(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
