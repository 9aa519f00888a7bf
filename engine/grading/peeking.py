"""Code that looks for the check instead of doing the task: noticed, and refused.

An answer has no reason to look at who calls it, or to read an exercise's own files.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from types import CodeType, FrameType
from typing import Any

NAMES = {
    "f_back",
    "f_locals",
    "f_globals",
    "tb_frame",
    "gi_frame",
    "ag_frame",
    "cr_frame",
    "get_objects",
    "get_referrers",
    "setprofile",
    "settrace",
    "addaudithook",
}
"""Ways to the caller's variables."""

ROOMS = re.compile(r"engine\.(grading|process)(\.|$)")
"""Modules that judge, imported or looked up by name."""

FRAMES = ("sys._getframe", "sys._current_frames")
"""Events of Python's own: somebody asks for a frame."""

FILES = ("/check.py", "/solution.py")


def named(code: CodeType) -> str:
    """The first name in the code that leads to the check; empty when there is none."""
    texts = (text for text in code.co_consts if isinstance(text, str))
    for name in (*code.co_names, *texts):
        if ROOMS.match(name) or (name in NAMES and name in code.co_names):
            return name
    parts = (part for part in code.co_consts if isinstance(part, CodeType))
    return next(filter(None, map(named, parts)), "")


class Lookout:
    """Hears from Python itself when the code asks for its caller's frame or opens a check."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._busy = False
        self.seen = ""
        """What the code did; empty as long as it did nothing of the kind."""

    def begin(self) -> None:
        """Listen from now on; there is no end to it but the end of the process."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in FRAMES and not self._busy:
            self._busy = True
            if _asker(inspect.currentframe()) == self._file:
                self.seen = event
            self._busy = False
        elif event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.fsdecode(arguments[0])
            if path.endswith(FILES) and "/exercises/" in path:
                self.seen = path.rpartition("/")[2]


def _asker(frame: FrameType | None) -> str:
    """The file of whoever asks, by way of the module `inspect` or not."""
    while frame is not None and frame.f_code.co_filename.endswith(("/inspect.py", "peeking.py")):
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""
