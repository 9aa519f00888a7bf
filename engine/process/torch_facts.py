"""Facts of the torch installation and its devices, as one JSON object on standard output.

Run in a process of its own (``python -P -m engine.process.torch_facts``): asking costs seconds,
initialises CUDA, and may crash where an installation is broken.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
from time import perf_counter
from typing import Any


def facts() -> dict[str, Any]:
    """Versions, threads and devices; bytes for memory, seconds for the import.

    Raises:
        ImportError, OSError: torch is not there, or one of its libraries cannot be loaded.
    """
    began = perf_counter()
    import torch

    return {
        "torch": torch.__version__,
        "file": torch.__file__,
        "seconds": perf_counter() - began,
        "compiled": is_compiled("torch"),
        "cuda build": torch.version.cuda,
        "hip build": torch.version.hip,
        "threads": torch.get_num_threads(),
        "cuda": torch.cuda.is_available(),
        "problem": problem(),
        "devices": [device(index) for index in range(torch.cuda.device_count())],
        "mps": torch.backends.mps.is_available(),
    }


def is_compiled(package: str) -> bool:
    """Whether a package's bytecode lies ready; without it every start takes twice as long."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.cached is None:
        return False
    with contextlib.suppress(OSError), open(spec.cached, "rb"):  # noqa: PTH123 - one word more
        return True
    return False


def problem() -> str:
    """Why CUDA cannot be used although torch was built for it; nothing when all is well."""
    import torch

    if torch.version.cuda is None or torch.cuda.is_available():
        return ""
    try:
        torch.cuda.init()
    except Exception as error:
        return str(error).splitlines()[0]
    return "no device was found"


def device(index: int) -> dict[str, Any]:
    """One CUDA device: its name and its memory in bytes, and what went wrong if it did."""
    import torch

    try:
        free, total = torch.cuda.mem_get_info(index)
        # Only an operation shows whether this build has code for this device.
        float((torch.ones(2, device=f"cuda:{index}") * 2).sum())
        wrong = ""
    except Exception as error:
        free = total = 0
        wrong = str(error).splitlines()[0]
    major, minor = torch.cuda.get_device_capability(index)
    return {
        "index": index,
        "name": torch.cuda.get_device_name(index),
        "capability": f"{major}.{minor}",
        "free": free,
        "total": total,
        "wrong": wrong,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(facts()) + "\n")
