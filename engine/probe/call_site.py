"""Where in the script a backward pass is asked for: the loss's name, and whom it reaches."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from torch import Tensor

from engine.process.failure import LIBRARY, OURS

WATCHED_WEIGHTS = 2
"""Of the weights a loss reaches, so many tell whether a step has been made."""

Key = tuple[CodeType, int]


class CallSite:
    """One call of ``backward()`` in the script, made again and again."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.line = 0
        self.depth = 0
        """Frames between the script's own and PyTorch."""
        self.name = ""
        """What the script calls the loss; empty where it has no name."""
        self.reaches: frozenset[int] | None = None
        """Identities of the tensors that get gradients; None when that is not known."""
        self.is_looked_at = False
        self.most = 1
        """Most passes that were divided by their number in one step."""
        self._weights: list[weakref.ref[Tensor]] = []
        self._versions: list[tuple[int, int, int]] = []

    def looked(self, weights: list[Tensor]) -> None:
        """The graph has been looked at, and these are the tensors that get gradients."""
        found = frozenset(map(id, weights))
        # One call may serve several models in turn: then it may lead to any of them.
        varies = self.is_looked_at and (self.reaches is None or found.isdisjoint(self.reaches))
        self.reaches = None if varies else found
        self.is_looked_at = True
        # The last ones are nearest to the data: a head may be frozen, a first layer seldom is.
        few = sorted(weights, key=Tensor.numel)[:WATCHED_WEIGHTS]
        self._weights = [weakref.ref(weight) for weight in few]

    def note(self) -> None:
        """Remember how the weights are now."""
        self._versions = [_version(weight) for weight in self._alive()]

    def have_moved(self) -> bool:
        """Whether the weights have changed since, as far as PyTorch counts changes."""
        now = [_version(weight) for weight in self._alive()]
        return [each[:2] for each in now] != [each[:2] for each in self._versions]

    def were_cleared(self, *, reads: bool) -> bool:
        """Whether gradients that the last pass has left are gone, or (``reads``) zero."""
        return any(_is_cleared(weight, reads) for weight in self._alive())

    def _alive(self) -> Iterator[Tensor]:
        return (weight for ref in self._weights if (weight := ref()) is not None)


class CallSites:
    """All of them in one script."""

    def __init__(self) -> None:
        self._known: dict[Key, CallSite] = {}

    def of(self, asked: FrameType) -> CallSite:
        """Where the script asks, by the frame of whoever called PyTorch."""
        frame = own_frame(asked)
        key = (frame.f_code, frame.f_lasti)
        site = self._known.get(key)
        if site is None:
            site = self._known[key] = CallSite(key)
            site.line, site.depth = frame.f_lineno, depth_of(asked)
        return site


def _version(weight: Tensor) -> tuple[int, int, int]:
    return id(weight), weight._version, id(weight.grad)


FEW_NUMBERS = 4096


def _is_cleared(weight: Tensor, reads: bool) -> bool:
    slope = weight.grad
    if slope is None:
        return True
    return (
        reads and slope.is_cpu and slope.numel() <= FEW_NUMBERS and not bool(slope.count_nonzero())
    )


_is_theirs: dict[CodeType, bool] = {}
"""Whether a function is the script's own; asked for every frame of every pass."""


def own_frame(frame: FrameType) -> FrameType:
    """The innermost frame of the script's own; the outermost where all are a library's."""
    while not _own(frame.f_code):
        if frame.f_back is None:
            break
        frame = frame.f_back
    return frame


def _own(code: CodeType) -> bool:
    known = _is_theirs.get(code)
    if known is None:
        file = code.co_filename
        known = not file.startswith(OURS) and not any(part in file for part in LIBRARY)
        _is_theirs[code] = known
    return known


def depth_of(frame: FrameType) -> int:
    """Frames from this one to the script's own."""
    own, depth = own_frame(frame), 0
    while frame is not own and frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def variables(frame: FrameType) -> dict[str, Any]:
    """The variables of a frame, and those of its module.

    Before Python 3.13 a frame keeps the answer, and all that is in it stays alive with it: it is
    emptied again, unless the script has asked for the same with ``locals()``.
    """
    if frame.f_locals is frame.f_globals:
        return dict(frame.f_globals)
    seen = frame.f_locals
    found = {**frame.f_globals, **seen}
    if sys.version_info < (3, 13) and sys.getrefcount(seen) <= 3:
        seen.clear()
    return found
