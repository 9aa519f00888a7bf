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

from engine.process.own_folder import is_own, own_folder


def _ours() -> Path:
    return _temporary() / f"tocha-{os.getuid()}"


def _existing() -> Path:
    """The same if it is there and safe to remove things in.

    Raises:
        OSError: it is not; where everybody may write, somebody may have put a link in its place.
    """
    ours = _ours()
    if not is_own(ours):
        raise PermissionError(f"{ours} belongs to someone else")
    return ours


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
    folder = _private() / str(os.getpid())
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    return folder


def _private() -> Path:
    """The server's folder in ours; where ours is someone else's, one of a name nobody can guess."""
    try:
        place = own_folder(_ours()) / str(os.getppid())
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="tocha-", dir=_temporary()))
    return place


def leave() -> None:
    """Called in a run that ends in good order: its files go before it says so."""
    folder = Path(tempfile.tempdir or "/")
    if folder.name == str(os.getpid()):
        os.chdir("/")
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent.name.startswith("tocha-"):
            with suppress(OSError):
                folder.parent.rmdir()


def remove(run: int) -> None:
    """Called in the server: a run has ended."""
    with suppress(OSError):
        shutil.rmtree(_existing() / str(os.getpid()) / str(run), ignore_errors=True)


def remove_all(server: int) -> None:
    """Called when a server ends, or has ended."""
    with suppress(OSError):
        shutil.rmtree(_existing() / str(server), ignore_errors=True)
        _existing().rmdir()


def sweep() -> None:
    """Remove the folders of servers that are no more."""
    with suppress(OSError):
        for folder in _existing().iterdir():
            if folder.name.isdigit() and not _is_alive(folder.name):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(name: str) -> bool:
    try:
        os.kill(int(name), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True
