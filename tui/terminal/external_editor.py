"""The external editor: which one it is, and how it is run in the terminal or beside it."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

USUAL = ("nano", "vim", "vi")
"""Looked for when neither ``VISUAL`` nor ``EDITOR`` says anything."""

WINDOWED = {
    *("code", "codium", "cursor", "zed", "subl", "atom", "gedit", "gnome-text-editor", "kate"),
    *("kwrite", "mousepad", "pluma", "xed", "gvim", "mvim", "idea", "pycharm", "charm", "open"),
}
"""Editors that open a window of their own and need no terminal."""


def editor_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The editor as a command; empty when there is none."""
    for name in ("VISUAL", "EDITOR"):
        if words := shlex.split(environment.get(name, "")):
            return words
    found = (name for name in USUAL if shutil.which(name))
    return [name] if (name := next(found, "")) else []


def has_window(command: list[str]) -> bool:
    """Whether an editor opens a window of its own, and leaves the terminal alone."""
    return Path(command[0]).name in WINDOWED


def in_terminal(command: list[str]) -> int:
    """Run an editor that takes the whole terminal; its exit status.

    Raises:
        OSError: it cannot be started.
    """
    # ctrl+c in the editor's terminal is meant for the editor. A handler of one's own, and not
    # SIG_IGN: what is ignored here would be ignored there.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


async def in_window(command: list[str]) -> None:
    """Start an editor that has its own window; it outlives the app.

    Raises:
        OSError: it cannot be started.
    """
    await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
