"""A driver of CUDA that shows no GPU, to be found in place of the machine's own.

    python -m tests.doctor.stand_in_driver FOLDER
    LD_LIBRARY_PATH=FOLDER python -m tests.doctor.record tests/doctor/messages no-gpu-seen

torch itself is the real one: a build for CUDA then says what it says on such a machine.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from engine.process.torch_build import DRIVER

SOURCE = Path(__file__).with_suffix(".c")
COMPILER = shutil.which("cc")


def make(folder: Path, *, version: int = 13020, status: int = 100) -> dict[str, str]:
    """Compile it into a folder: the environment in which a process finds it.

    ``version`` is the CUDA it is good for, 12040 for 12.4; ``status`` is what it answers when it is
    started, 100 for "no device", 0 for "well".
    """
    assert COMPILER is not None
    numbers = [f"-DDRIVER_VERSION={version}", f"-DSTATUS={status}"]
    to = str(folder / DRIVER)
    subprocess.run(
        [COMPILER, "-shared", "-fPIC", "-w", *numbers, "-o", to, str(SOURCE)], check=True
    )
    return {"LD_LIBRARY_PATH": str(folder)}


if __name__ == "__main__":
    make(Path(sys.argv[1]))
