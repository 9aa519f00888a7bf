"""Scalars from TensorBoard's event files, as far as these have been written.

A file is a row of records: length, checksum of the length, data, checksum of the data. What is cut
off at the end may still be written; what is damaged is left out, and said.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PART = "tfevents"
"""Is in the name of every event file."""

HEAD, FOOT = struct.Struct("<QI"), struct.Struct("<I")
MASK = 0xA282EAD8

STARTS = 1
"""The status of a session log that says from which step on a run is written anew."""

SCALARS = "scalars"
"""The plugin that a tensor belongs to when it is a curve's number."""

KINDS = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
"""Types of numbers by the number that stands for them, as in ``types.proto``."""

MOST_BYTES = 4 << 20
"""Read at once, so that a screen is never kept waiting for long."""


class Missing(Exception):
    """A package is not installed that reads the files."""


class Scalar(NamedTuple):
    """One number of a curve."""

    tag: str
    step: int
    time: float
    """Seconds since 1970."""
    value: float


class Restart(NamedTuple):
    """From this step on everything is written anew."""

    step: int


@dataclass
class Readers:
    """What is not ours: how a message is read, and how a checksum is made."""

    event: type[Any]
    crc: Callable[[bytes], int]
    fault: type[Exception]


def readers() -> Readers:
    """Import what reads event files.

    Raises:
        Missing: it is not installed.
    """
    try:
        from crc32c import crc32c
        from google.protobuf.message import DecodeError

        from engine.watch.event_messages import event_class
    except ImportError as error:
        raise Missing(str(error)) from error
    return Readers(event_class(), crc32c, DecodeError)


def masked(crc: int) -> int:
    """A checksum as it is written: a file of checksums would have bad ones otherwise."""
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


@dataclass
class EventFile:
    """One file, read on from wherever it was."""

    path: Path
    at: int = 0
    """How many bytes have been read."""
    damaged: int = 0
    """Records whose data is not what was written."""
    is_broken: bool = False
    """A length is not what was written: nobody can find the next record."""
    is_cut: bool = False
    """The last record is not whole."""
    others: Counter[str] = field(default_factory=Counter)
    """Tags that are no curve, and how often each came."""
    _scalars: set[str] = field(default_factory=set)
    """Tags whose tensors are numbers of a curve: said with the first one."""

    def read(self, by: Readers) -> Iterator[Scalar | Restart]:
        """What was written since the last time, at most `MOST_BYTES` of it.

        Raises:
            OSError: it cannot be read.
        """
        with self.path.open("rb") as file:
            file.seek(self.at)
            end = self.at + MOST_BYTES
            while self.at < end and (data := self._record(file, by)) is not None:
                yield from self._numbers(data, by)

    @property
    def is_behind(self) -> bool:
        """There is more to read at once."""
        return not (self.is_broken or self.is_cut) and self.path.stat().st_size > self.at

    def _record(self, file: Any, by: Readers) -> bytes | None:
        """The next record's data, nothing of one that is damaged; None where there is none."""
        if self.is_broken:
            return None
        head = file.read(HEAD.size)
        self.is_cut = 0 < len(head) < HEAD.size
        if len(head) < HEAD.size:
            return None
        length, crc = HEAD.unpack(head)
        if masked(by.crc(head[:8])) != crc:
            self.is_broken = True
            return None
        left = os.fstat(file.fileno()).st_size - self.at - HEAD.size - FOOT.size
        if length > left:
            self.is_cut = True
            return None
        data: bytes = file.read(length)
        foot = file.read(FOOT.size)
        self.at += HEAD.size + length + FOOT.size
        if masked(by.crc(data)) != FOOT.unpack(foot)[0]:
            self.damaged += 1
            return b""
        return data

    def _numbers(self, data: bytes, by: Readers) -> Iterator[Scalar | Restart]:
        try:
            event = by.event.FromString(data)
        except by.fault:
            self.damaged += 1
            return
        if event.session_log.status == STARTS:
            yield Restart(event.step)
        for each in event.summary.value:
            value = self._number(each)
            if value is None:
                self.others[each.tag] += 1
            else:
                yield Scalar(each.tag, event.step, event.wall_time, value)

    def _number(self, value: Any) -> float | None:
        if value.WhichOneof("one"):
            return float(value.simple_value)
        if value.metadata.plugin_data.plugin_name == SCALARS:
            self._scalars.add(value.tag)
        return number(value.tensor) if value.tag in self._scalars else None


def number(tensor: Any) -> float | None:
    """The only number in a tensor; None where there is none, or there are several."""
    kind = KINDS.get(tensor.dtype)
    lists = (tensor.float_val, tensor.double_val, tensor.int_val, tensor.int64_val)
    found = [float(each) for values in lists for each in values]
    if tensor.content and kind is not None:
        if len(tensor.content) % np.dtype(kind).itemsize:
            return None
        found = np.frombuffer(tensor.content, kind).astype(float).tolist()
    return found[0] if len(found) == 1 else None


class Run:
    """The event files of one folder, which belong together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[Path, EventFile] = {}

    @property
    def troubles(self) -> Iterator[str]:
        """What is wrong with its files, in words."""
        for path, file in self.files.items():
            if file.is_broken:
                yield f"{path.name} is damaged after {file.at:,} bytes: the rest is not shown."
            elif file.is_cut:
                yield f"{path.name} ends within a record: it was cut off, or is being written."
            if file.damaged:
                yield f"{path.name} has damaged records, which are left out: {file.damaged}."


class EventFolder:
    """All runs below a folder."""

    def __init__(self, folder: Path, by: Readers) -> None:
        self.folder = folder
        self._by = by
        self.runs: dict[str, Run] = {}

    def look(self) -> None:
        """Find files that are new: each folder with event files is a run, as for TensorBoard."""
        for place, below, names in os.walk(self.folder):
            below.sort()
            found = sorted(name for name in names if PART in name)
            if not found:
                continue
            path = Path(place)
            name = self.folder.resolve().name if path == self.folder else ""
            name = name or str(path.relative_to(self.folder))
            run = self.runs.setdefault(name, Run(name))
            for each in found:
                run.files.setdefault(path / each, EventFile(path / each))

    def read(self) -> Iterator[tuple[str, Scalar | Restart]]:
        """What was written since the last time, with the run's name; a file that is gone is not."""
        for run in self.runs.values():
            for file in list(run.files.values()):
                try:
                    for each in file.read(self._by):
                        yield run.name, each
                except OSError:
                    continue

    @property
    def is_behind(self) -> bool:
        """There is more to read at once."""
        return any(_is_behind(file) for run in self.runs.values() for file in run.files.values())

    @property
    def troubles(self) -> list[str]:
        """What is wrong with the files, in words."""
        return [words for run in self.runs.values() for words in run.troubles]

    @property
    def others(self) -> set[str]:
        """Tags that are no curve."""
        files = (file for run in self.runs.values() for file in run.files.values())
        return {tag for file in files for tag in file.others}


def _is_behind(file: EventFile) -> bool:
    try:
        return file.is_behind
    except OSError:
        return False
