"""The run of the same script before this one, read from what is kept of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from engine.process.protocol import Samples, decode_event
from engine.watch import record as records
from engine.watch.record import Record
from tui.state.watched_script import WatchedScript

MOST_BYTES = 64 << 20
"""Of a longer log the beginning is read."""


def earlier_run(place: Path, record: Record) -> WatchedScript | None:
    """The newest run of the same script in the same folder that was started before; None for none.

    Its series only.
    """
    for folder, other in records.all_records(place.parent):
        is_same = other.title == record.title and other.place == record.place
        if is_same and other.number < record.number:
            found = WatchedScript(other)
            with suppress(OSError, msgspec.DecodeError), (folder / records.LOG).open("rb") as log:
                lines = log.read(MOST_BYTES).split(b"\n")
                events = (decode_event(line) for line in lines if b'"scalars"' in line)
                found.hear([event for event in events if isinstance(event, Samples)])
            return found
    return None


def told_apart(record: Record, other: Record) -> str:
    """What to call the other run beside this one: its number, and its arguments if they differ."""
    same = record.command == other.command
    words = " ".join(other.command[1:])
    return f"run {other.number}" if same or not words else f"run {other.number}: {words}"
