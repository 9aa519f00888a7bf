"""What an exception looks like to the one who wrote the code: only their side of the traceback."""

from __future__ import annotations

import traceback
from pathlib import Path

from engine.process.protocol import Frame

ROOMS = ("process", "doctor", "probe", "grading")
OURS = tuple(f"{Path(__file__).parents[1] / room}/" for room in ROOMS)
"""Folders of what runs the code: nobody's business."""

LIBRARY = (
    "site-packages",
    "dist-packages",
    "/lib/python",
    "<frozen",
    "<string>",
    "<__array_function__",
)
"""Parts of the file names of code that a library brought, and no learner wrote."""


def frames_of(error: BaseException) -> list[Frame]:
    """The traceback's lines from the run's own code on, the innermost last.

    A syntax error has no traceback of its own: its place in the source is the last frame.
    """
    frames = [
        _frame(entry)
        for entry in traceback.extract_tb(error.__traceback__)
        if not entry.filename.startswith(OURS)
    ]
    if isinstance(error, SyntaxError) and error.lineno:
        frames = [frame for frame in frames if not frame.file.startswith("<frozen")]
        frames.append(_place(error))
    return frames


def _frame(entry: traceback.FrameSummary) -> Frame:
    source = entry.line or ""
    frame = Frame(entry.filename, entry.lineno or 0, entry.name, source)
    if source and entry.colno is not None and entry.end_colno is not None:
        whole = entry._original_line  # type: ignore[attr-defined]
        lead = len(whole) - len(whole.lstrip())
        frame.column = _characters(whole, entry.colno) - lead + 1
        on_this_line = entry.end_lineno == entry.lineno
        frame.end = _characters(whole, entry.end_colno) - lead + 1 if on_this_line else 0
        frame.end = frame.end or len(source) + 1
    return frame


def _characters(line: str, offset: int) -> int:
    """Python counts the bytes of a line, a screen its characters."""
    return len(line.encode()[:offset].decode("utf-8", "replace"))


def _place(error: SyntaxError) -> Frame:
    """Where Python could not read on."""
    text = (error.text or "").rstrip("\n")
    lead = len(text) - len(text.lstrip())
    column = max(1, (error.offset or 1) - lead)
    same_line = error.end_lineno in (None, error.lineno)
    end = (error.end_offset or 0) - lead if same_line else 0
    frame = Frame(error.filename or "", error.lineno or 0, "", text.strip())
    frame.column, frame.end = column, max(end, column + 1)
    return frame
