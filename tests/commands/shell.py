"""Commands as a shell starts them: with its limits, and with streams that go elsewhere."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.environment import clean, seconds
from tests.terminal import TOCHA


def in_shell(
    words: Iterable[str], folder: Path, *, before: str = "", output: str = "", shell: str = "sh"
) -> subprocess.CompletedProcess[str]:
    """A command that a shell becomes, after what it does ``before``; ``output`` in its words."""
    line = f"{before}exec {shlex.join([*TOCHA, *words])} {output}"
    return subprocess.run(
        [shell, "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean(folder),
        timeout=seconds(60),
        check=False,
    )
