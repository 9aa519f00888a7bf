"""What an exception looks like to the one who wrote the code: only their side of the traceback.

Nothing in here adds an error to the one it tells of: what cannot be found out is left out, and
where nothing can, Python's own traceback is printed.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from engine.process.protocol import Frame, RunFailed

ROOMS = ("process", "doctor", "probe", "grading", "scope")
OURS = tuple(f"{Path(__file__).parents[1] / room}/" for room in ROOMS)
"""Folders of what runs the code: nobody's business."""

HIDDEN = (*OURS, "<check>")
"""What no text names: our folders, and the hidden check."""

LIBRARY = (
    "site-packages",
    "dist-packages",
    "/lib/python",
    "<frozen",
    "<string>",
    "<__array_function__",
)
"""Parts of the file names of code that a library brought, and no learner wrote."""
MOST_FRAMES, MOST_SOURCE, MOST_MESSAGE = 200, 1000, 20_000
"""Frames from the innermost up, and characters of a line and of a message: a last word that is too
long to be sent is none."""


def failed(run_id: int, error: BaseException) -> RunFailed:
    """The last word about a run whose code raised this; raises nothing."""
    name, message = words_of(error)
    frames = frames_of(error)
    failure = RunFailed(run_id, error=name, message=message, frames=frames)
    with suppress(BaseException):
        failure.helper = _helper(frames)
    return failure


def _helper(frames: list[Frame]) -> Frame | None:
    """Where it happened, when that is another file of the learner's than the one that ran."""
    theirs = [
        frame
        for frame in frames
        if frame.file and frame.file[0] != "<" and not any(part in frame.file for part in LIBRARY)
    ]
    return theirs[-1] if theirs and theirs[-1].file != theirs[0].file else None


def whole_story(error: BaseException) -> str:
    """Python's own text, where there is more to read than one error and its line; raises nothing.

    That is the parts of a group, notes, what led to it, and what happened in another file. Empty
    where there is nothing of that, or where it cannot be put into text.
    """
    with suppress(BaseException):
        told = traceback.TracebackException(
            type(error), error, error.__traceback__, limit=-MOST_FRAMES, compact=True
        )
        _hide_ours(told)
        chained = told.__cause__ or (told.__context__ and not told.__suppress_context__)
        if chained or told.exceptions or told.__notes__ or _helper(_frames(error)):
            return _sendable("".join(told.format()), MOST_MESSAGE)
    return ""


def _hide_ours(told: traceback.TracebackException) -> None:
    """Leave out what ran the code, here and in every exception that belongs to this one."""
    told.stack[:] = [entry for entry in told.stack if not entry.filename.startswith(HIDDEN)]
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _hide_ours(other)


def words_of(error: BaseException) -> tuple[str, str]:
    """The name of an exception's class and what it says, as text that can be sent; raises nothing.

    What it says is the learner's code where they wrote the class: it may raise, or never end.
    """
    # The class of a class may have a `__name__` of its own making.
    name: str = type.__dict__["__name__"].__get__(type(error))
    try:
        return _sendable(name), _sendable(str(error), MOST_MESSAGE)
    except BaseException:
        return ascii(name)[1:-1], "(it cannot say what happened: its __str__ raises)"


def frames_of(error: BaseException) -> list[Frame]:
    """The traceback's lines from the run's own code on, the innermost last; raises nothing.

    A syntax error has no traceback of its own: its place in the source is the last frame. Where
    the traceback cannot be read, it is printed as Python prints it, and the list is empty.
    """
    try:
        return _frames(error)
    except BaseException:
        print_plainly(error)
        return []


def print_plainly(error: BaseException) -> None:
    """Print an exception as Python does, from the run's own code on; raises nothing."""
    with suppress(BaseException):
        step = error.__traceback__
        while step is not None and step.tb_frame.f_code.co_filename.startswith(OURS):
            step = step.tb_next
        text = "".join(traceback.format_exception(type(error), error, step))
        try:
            sys.stderr.write(text)
        except Exception:
            # The run has closed it, or put something else in its place.
            os.write(2, text.encode("utf-8", "backslashreplace"))


def _frames(error: BaseException) -> list[Frame]:
    frames = [
        _frame(entry)
        for entry in traceback.extract_tb(error.__traceback__, limit=-MOST_FRAMES)
        if not entry.filename.startswith(OURS)
    ]
    if isinstance(error, SyntaxError) and error.lineno:
        frames = [frame for frame in frames if not frame.file.startswith("<frozen")]
        frames.append(_place(error))
    if isinstance(error, BaseExceptionGroup):
        # What is to be mended is what raised the first of its parts.
        frames += _frames(error.exceptions[0])
    return frames


def _frame(entry: traceback.FrameSummary) -> Frame:
    source = _sendable(entry.line or "", MOST_SOURCE)
    frame = Frame(_sendable(entry.filename), entry.lineno or 0, _sendable(entry.name), source)
    # Without a mark the line is still right.
    with suppress(Exception):
        frame.column, frame.end = _mark(entry, source)
    return frame


def _mark(entry: traceback.FrameSummary, source: str) -> tuple[int, int]:
    """From which column of the source up to which one it happened; zeros when unknown."""
    if not source or entry.lineno is None or entry.colno is None or entry.end_colno is None:
        return 0, 0
    # Columns are counted in the line as it stands in the file.
    whole = linecache.getline(entry.filename, entry.lineno)
    lead = len(whole) - len(whole.lstrip())
    column = _characters(whole, entry.colno) - lead + 1
    end = _characters(whole, entry.end_colno) - lead + 1 if entry.end_lineno == entry.lineno else 0
    most = len(source) + 1
    return min(column, most), min(end or most, most)


def _characters(line: str, offset: int) -> int:
    """Python counts the bytes of a line, a screen its characters."""
    return len(line.encode()[:offset].decode("utf-8", "replace"))


def _place(error: SyntaxError) -> Frame:
    """Where Python could not read on; anyone may raise one, with anything for a place."""
    text = error.text.rstrip("\n") if isinstance(error.text, str) else ""
    line, offset, last, end = (
        number if isinstance(number, int) else 0
        for number in (error.lineno, error.offset, error.end_lineno, error.end_offset)
    )
    lead = len(text) - len(text.lstrip())
    source = _sendable(text.strip(), MOST_SOURCE)
    file = error.filename if isinstance(error.filename, str) else ""
    frame = Frame(_sendable(file), max(0, line), "", source)
    most = len(source) + 1
    frame.column = min(max(1, (offset or 1) - lead), most)
    end = end - lead if last in (0, line) else 0
    frame.end = min(max(end, frame.column + 1), most + 1)
    return frame


def _sendable(text: str, most: int = MOST_SOURCE) -> str:
    """Text that any reader can decode, and not too much of it."""
    text = text if len(text) <= most else f"{text[:most]}…"
    return text.encode("utf-8", "backslashreplace").decode()
