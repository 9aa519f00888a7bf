"""A report of an unhandled exception: what a developer needs, and nothing the learner wrote."""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MOST_REPORTS = 5
"""Older ones are removed."""

PACKAGES = ("tocha", "textual", "rich", "plotext", "numpy", "torch", "tree-sitter")

VARIABLES = ("TERM", "COLORTERM", "LANG", "LC_ALL", "TMUX", "SSH_CONNECTION", "NO_COLOR")
"""What decides how a terminal is spoken to; of some only whether they are set."""


def write(folder: Path, error: BaseException, where: str, events: Iterable[str]) -> Path:
    """Write a report into a folder of reports; its path.

    Args:
        folder: made if it is not there, for the owner only.
        where: the screen and its size.
        events: what happened last, oldest first.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / time.strftime("%Y-%m-%d-%H%M%S.txt")
    text = "\n".join(lines(error, where, events)).encode(errors="backslashreplace")
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
    for old in sorted(folder.glob("*.txt"))[:-MOST_REPORTS]:
        old.unlink(missing_ok=True)
    return path


def lines(error: BaseException, where: str, events: Iterable[str]) -> Iterable[str]:
    """The report, line by line; of the traceback no values, which may be the learner's."""
    yield f"{time.strftime('%Y-%m-%d %H:%M:%S')}, {platform.platform()}"
    yield f"Python {platform.python_version()}, {', '.join(versions())}"
    yield ", ".join(surroundings())
    yield f"on {where}"
    yield f"before it: {', '.join(events)}"
    yield ""
    yield "".join(traceback.format_exception(error))


def versions() -> Iterable[str]:
    """Packages by name and version, without importing them."""
    from importlib import metadata  # slow to import, and hardly ever needed

    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def surroundings() -> Iterable[str]:
    """Variables of the terminal."""
    for name in VARIABLES:
        value = os.environ.get(name)
        if value is not None:
            yield f"{name}={'set' if name in ('SSH_CONNECTION', 'TMUX') else value!r}"


def newest(folder: Path) -> Path | None:
    """The report written last."""
    return max(folder.glob("*.txt"), default=None)
