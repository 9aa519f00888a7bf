"""The data folder: is it there, can it be written, is the file sound, is there room."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lessons.store import Fault, data_folder, open_store
from tui.commands.checkup.line import Line, fault, gigabytes, ok, warning

LITTLE_ROOM = 100e6
"""Bytes."""

NETWORKS = ("nfs", "lustre", "cifs", "smb", "fuse.sshfs", "beegfs", "gpfs", "afs", "9p")


def look() -> Iterator[Line]:
    """The folder, what is kept, what is left of it, and whether scripts may outlive a login."""
    folder = data_folder()
    try:
        store = open_store()
    except Fault as trouble:
        remedy = "Free some room or give it back its permissions, or set TOCHA_HOME elsewhere."
        yield fault("data folder", str(trouble), remedy)
        return
    try:
        store.check()
    except Fault as trouble:
        yield fault("data folder", str(trouble), "Open tocha: it sets the file aside by itself.")
        return
    finally:
        store.close()
    yield ok("data folder", f"{folder}, {gigabytes(used(folder))}{network(folder)}")
    yield from privacy(folder)
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM:
        yield warning("room", f"{gigabytes(free)} free", "Make room, or set TOCHA_HOME elsewhere.")
    if damaged := sorted(path.name for path in folder.glob("*-damaged-*.db")):
        remedy = "What could be read was kept; delete them when you miss nothing."
        yield warning("damaged files", f"{len(damaged)} set aside: {damaged[-1]}", remedy)
    if kills_at_logout():
        remedy = "Run: loginctl enable-linger"
        yield warning("logout", "this system ends all your processes at logout", remedy)


def used(folder: Path) -> int:
    """Bytes of everything in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def network(folder: Path) -> str:
    """ ", on nfs4" for a folder on a network file system; "" elsewhere."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    place = folder.resolve()
    holders = [words for words in mounts if place.is_relative_to(words[1])]
    kind = max(holders, key=lambda words: len(words[1]))[2] if holders else ""
    return f", on {kind}" if kind.startswith(NETWORKS) else ""


def privacy(folder: Path) -> Iterator[Line]:
    """Whether others may look in."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077 and folder.stat().st_uid == os.getuid():
        fact = f"others may look into {folder} (mode {mode:o}); the progress file itself is yours"
        yield warning("privacy", fact, f"Run: chmod 700 {folder}")


def kills_at_logout() -> bool:
    """Whether systemd ends what a login has started, scripts being watched included."""
    folder = Path("/etc/systemd")
    files = [folder / "logind.conf", *sorted((folder / "logind.conf.d").glob("*.conf"))]
    answer = "no"
    for file in files:
        try:
            lines = file.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, value = line.partition("=")
            answer = value.strip().lower() if name.strip() == "KillUserProcesses" else answer
    linger = Path("/var/lib/systemd/linger") / os.environ.get("USER", "?")
    return answer in ("yes", "true", "1", "on") and not linger.exists()
