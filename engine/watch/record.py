"""Records of watched scripts, a folder each: command, process ids, exit status, and the log."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

from engine.process.own_folder import own_folder

RECORD, LOG, COMPLAINTS, RESERVE = "watch.json", "log.jsonl", "keeper.txt", ".reserve"

SPARE_BYTES = 256
"""By how much a record may grow until it is the last one."""

SOCKET = ".sock"

YOUNG_SECONDS = 60.0
"""A socket this new may have no listener yet."""

LONGEST_SOCKET = 100
"""Bytes in a socket's path: the system allows a few more."""

KEPT_SCRIPTS, KEPT_BYTES, KEPT_SECONDS = 20, 1 << 30, 30 * 86_400.0
"""Of scripts that have ended, so many are kept, together at most so much, and for so long."""


class Record(msgspec.Struct, kw_only=True):
    """One watched script. Times are seconds since 1970."""

    number: int
    title: str
    """The script as it was named, "train.py"."""
    command: list[str]
    """The script and its arguments as they are shown; after ``-m``, a module's name."""
    folder: str
    """Where it runs."""
    arguments: list[bytes] = []
    """The same as the command, byte by byte."""
    place: bytes = b""
    """The same as the folder."""
    started: float
    host: str = ""
    """The machine it runs on: homes are shared, processes are not."""
    socket: str = ""
    are_terminals: tuple[bool, bool] = (False, False)
    """Whether standard output and error of whoever started it are terminals."""
    are_one: bool = False
    """Whether both are one pipe or file, whose order is the script's own: ``2>&1``."""
    size: tuple[int, int] = (80, 24)
    """Columns and rows of that terminal."""
    keeper: int = 0
    """Process id of the keeper; 0 before it runs."""
    script: int = 0
    """Process id and process group of the script."""
    status: int | None = None
    """What the script left with: its exit status, negative for a signal; None while it runs."""
    seconds: float = 0.0
    """How long it ran."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether another machine runs it: from here nobody can ask how it is."""
        return self.status is None and bool(self.host) and self.host != socket.gethostname()

    @property
    def exit_status(self) -> int:
        """The status a shell would report: 128 and the number of the signal that ended it."""
        status = self.status or 0
        return 128 - status if status < 0 else status


def read(folder: Path) -> Record:
    """The record in a folder.

    Raises:
        OSError, msgspec.DecodeError: there is none that can be read.
    """
    return msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)


def write(folder: Path, record: Record) -> None:
    """Replace the record: a reader sees the old one or the new one.

    Room for the last one is taken from the first on: a disk that is full by then has it.

    Raises:
        OSError: it cannot be written.
    """
    text = msgspec.json.encode(record) + b"\n"
    reserve = folder / RESERVE
    if record.status is None or not reserve.exists():
        unfinished = folder / f".{RECORD}"
        _private(unfinished)
        unfinished.write_bytes(text)
        unfinished.replace(folder / RECORD)
        if record.status is None:
            _take_room(reserve, len(text))
        return
    with reserve.open("r+b") as file:
        room = os.fstat(file.fileno()).st_size
        file.write(text.ljust(room))
    reserve.replace(folder / RECORD)


def _private(file: Path) -> None:
    """Make it, or empty it: its owner's alone."""
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))


def _take_room(reserve: Path, size: int) -> None:
    """A file of blanks in which the last record will find room, whatever becomes of the disk."""
    size += SPARE_BYTES
    if not reserve.exists() or reserve.stat().st_size < size:
        _private(reserve)
        with reserve.open("wb") as file:
            file.write(b" " * size)
            file.flush()
            os.fsync(file.fileno())


def make(
    root: Path,
    title: str,
    command: list[str],
    folder: str,
    started: float,
    **where: Any,
) -> Path:
    """A folder of the next free number, with its first record; ``where`` are more of its fields.

    Raises:
        OSError: it cannot be made.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = max((int(path.name) for path in root.iterdir() if path.name.isdigit()), default=0)
    while True:
        number += 1
        place = root / str(number)
        with suppress(FileExistsError):
            place.mkdir(mode=0o700)
            break
    record = Record(
        number=number,
        title=_text(title),
        command=[_text(each) for each in command],
        folder=_text(folder),
        arguments=[os.fsencode(each) for each in command],
        place=os.fsencode(folder),
        started=started,
        **where,
    )
    record.host = socket.gethostname()
    record.socket = str(socket_folder() / f"{os.getpid()}-{number}{SOCKET}")
    write(place, record)
    return place


def _text(name: str) -> str:
    """A name of bytes that are no text, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def socket_folder() -> Path:
    """A folder of one's own for sockets: their names must be short, and on a local disk.

    Not the runtime folder of the login: it vanishes with the last connection.

    Raises:
        OSError: there is none, or someone else owns it.
    """
    problem: OSError = FileNotFoundError("there is no folder for temporary files")
    for place in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):
        folder = Path(place) / f"tocha-watch-{os.getuid()}"
        if len(os.fsencode(folder)) + len("/4194304-1000000") + len(SOCKET) > LONGEST_SOCKET:
            continue
        try:
            return own_folder(folder)
        except OSError as error:
            problem = error
    raise problem


def sweep_sockets() -> None:
    """Remove sockets of keepers that are gone."""
    with suppress(OSError):
        for path in socket_folder().glob(f"*{SOCKET}"):
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > YOUNG_SECONDS and not _answers(str(path)):
                    path.unlink()


def _answers(path: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def all_records(root: Path) -> Iterator[tuple[Path, Record]]:
    """Every watched script, the newest first."""
    if not root.is_dir():
        return
    numbers = sorted(
        (int(path.name) for path in root.iterdir() if path.name.isdigit()), reverse=True
    )
    for number in numbers:
        with suppress(OSError, msgspec.DecodeError):
            yield root / str(number), read(root / str(number))


def is_running(record: Record) -> bool:
    """Whether its keeper answers; on another machine nobody hears us."""
    if record.status is not None or record.is_elsewhere:
        return False
    return _answers(record.socket)


def prune(root: Path) -> None:
    """Delete what is old of scripts that have ended."""
    sweep_sockets()
    left, now = KEPT_BYTES, time.time()
    for count, place in enumerate(_ended(root)):
        left -= sum(file.stat().st_size for file in place.iterdir() if file.is_file())
        if count >= KEPT_SCRIPTS or left < 0 or now - _last_written(place) > KEPT_SECONDS:
            shutil.rmtree(place, ignore_errors=True)


def _ended(root: Path) -> Iterator[Path]:
    """Of scripts that write no more, the newest first."""
    for place, record in list(all_records(root)):
        if record.is_elsewhere:
            # Running there, as far as we know: its memory is logged every second.
            if time.time() - _last_written(place) > KEPT_SECONDS:
                yield place
        elif not is_running(record):
            yield place


def _last_written(place: Path) -> float:
    """When a script was last heard of, in seconds since 1970."""
    files = (path for path in place.iterdir() if path.name != RESERVE)
    return max((path.stat().st_mtime for path in files), default=0.0)
