"""A run's temporary folder: it goes when the run has ended, however it ended.

``<temporary folder>/tocha-<user>/<server>/<run>``, both by process id: the server can remove what a
killed run left, and a later server what a killed server left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


def _ours() -> Path:
    return _temporary() / f"tocha-{os.getuid()}"


def _temporary() -> Path:
    """The machine's folder for temporary files, also while a run's own stands in for it."""
    mine, tempfile.tempdir = tempfile.tempdir, None
    try:
        return Path(tempfile.gettempdir())
    finally:
        tempfile.tempdir = mine or tempfile.tempdir


def enter() -> Path:
    """Called in a run: make its folder, make it the current one and the one for temporary files.

    Raises:
        OSError: no folder can be made, or someone else owns ours.
    """
    ours = _ours()
    ours.mkdir(mode=0o700, exist_ok=True)
    if ours.stat().st_uid != os.getuid():
        raise PermissionError(f"{ours} belongs to someone else")
    folder = ours / str(os.getppid()) / str(os.getpid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    return folder


def leave() -> None:
    """Called in a run that ends in good order: its files go before it says so."""
    folder = _ours() / str(os.getppid()) / str(os.getpid())
    if tempfile.tempdir == str(folder):
        os.chdir("/")
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)


def remove(run: int) -> None:
    """Called in the server: a run has ended."""
    shutil.rmtree(_ours() / str(os.getpid()) / str(run), ignore_errors=True)


def remove_all(server: int) -> None:
    """Called when a server ends, or has ended."""
    shutil.rmtree(_ours() / str(server), ignore_errors=True)
    with suppress(OSError):
        _ours().rmdir()


def sweep() -> None:
    """Remove the folders of servers that are no more."""
    with suppress(OSError):
        for folder in _ours().iterdir():
            if not _is_alive(folder.name):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(name: str) -> bool:
    try:
        os.kill(int(name), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True
