"""Follow a watched script: start its keeper, read its log on from wherever one left off."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from engine.process.framing import Lines
from engine.process.own_path import ours_first
from engine.process.protocol import AnyEvent, Stop, decode_event, encode
from engine.watch import record as records
from engine.watch.outlets import are_one
from engine.watch.record import Record

READ_BYTES = 1 << 18

START_SECONDS = 30.0
"""How long a keeper may take to be there: a cold network disk is slow."""

RETRY_SECONDS = 0.2
LOST_SECONDS = 5.0
"""How long a keeper may be out of reach before it counts as lost."""


class NotStarted(OSError):
    """The keeper did not come up; the message says why."""


class Lost(Exception):
    """The keeper is gone without having seen the script's end."""


def start(root: Path, title: str, command: list[str], folder: str) -> Path:
    """Run a script under a keeper, both in sessions of their own; the folder of its record.

    What is piped into us is piped into the script; a terminal is not: it stays behind, and the
    script reads an end of file.

    Raises:
        NotStarted: that did not work.
    """
    records.prune(root)
    where = {
        "are_terminals": (os.isatty(1), os.isatty(2)),
        "are_one": are_one(1, 2),
        "size": tuple(shutil.get_terminal_size()),
    }
    place = records.make(root, title, command, folder, time.time(), **where)
    complain = os.open(place / records.COMPLAINTS, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(complain, "wb") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.watch.keeper", str(place)],
            stdin=subprocess.DEVNULL if is_terminal(0) else 0,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
            cwd=place,
            env=ours_first(),
        )
    end = time.monotonic() + START_SECONDS
    while records.read(place).script == 0:
        if process.poll() is not None or time.monotonic() > end:
            said = (place / records.COMPLAINTS).read_text(errors="replace").strip().splitlines()
            raise NotStarted(said[-1] if said else "the keeper did not start")
        time.sleep(0.01)
    # It outlives us: this object must neither warn nor reap.
    process.returncode = 0
    return place


def is_terminal(fd: int) -> bool:
    """Whether somebody types there; a closed descriptor counts as one: nothing can be read."""
    try:
        os.fstat(fd)
    except OSError:
        return True
    return os.isatty(fd)


class Follower:
    """Reads the log of one script; after a cut it goes on at the byte where it was."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.at = 0
        """How many bytes of the log have been read."""
        self._lines = Lines()
        self._size: tuple[int, int] | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def record(self) -> Record:
        """The record as it is now.

        Raises:
            OSError, msgspec.DecodeError: it cannot be read.
        """
        return records.read(self.place)

    async def batches(self) -> AsyncIterator[list[AnyEvent]]:
        """Everything from the script's start to its end, in pieces, without waiting twice.

        Raises:
            Lost: the keeper is gone, and the script's end was not seen.
        """
        missing_since = None
        while True:
            async for events in self._from_keeper():
                missing_since = None
                yield events
            for events in self._from_file():
                yield events
            if self.record.status is not None:
                # What was logged between the last look and the end.
                for events in self._from_file():
                    yield events
                return
            now = time.monotonic()
            missing_since = missing_since or now
            if now - missing_since > LOST_SECONDS:
                raise Lost
            await asyncio.sleep(RETRY_SECONDS)

    async def _from_keeper(self) -> AsyncIterator[list[AnyEvent]]:
        try:
            reader, self._writer = await asyncio.open_unix_connection(self.record.socket)
        except OSError:
            return
        try:
            self._writer.write(b'{"start":%d}\n' % self.at)
            if self._size is not None:
                self.resize(*self._size)
            while data := await reader.read(READ_BYTES):
                yield self._take(data)
        except OSError:
            return
        finally:
            writer, self._writer = self._writer, None
            writer.close()

    def _from_file(self) -> list[list[AnyEvent]]:
        batches = []
        with suppress(FileNotFoundError), (self.place / records.LOG).open("rb") as log:
            log.seek(self.at)
            while data := log.read(READ_BYTES):
                batches.append(self._take(data))
        return batches

    def _take(self, data: bytes) -> list[AnyEvent]:
        self.at += len(data)
        events = (decode_event(line) for line in self._lines.feed(data))
        return [event for event in events if event is not None]

    def resize(self, columns: int, rows: int) -> None:
        """Whoever watches has a terminal of this size now; without a keeper nothing happens."""
        self._size = columns, rows
        if self._writer is not None:
            self._writer.write(b'{"columns":%d,"rows":%d}\n' % self._size)

    def stop(self) -> bool:
        """Ask the script to end: first as ctrl+c does, then harder; False without a keeper."""
        if self._writer is None:
            return False
        self._writer.write(encode(Stop(0)))
        return True
