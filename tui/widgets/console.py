"""What a run printed, and how it failed: plain text, escape sequences escaped."""

from __future__ import annotations

import time
from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from engine.process.protocol import Frame
from tui.state.live_run import LiveRun, RunState
from tui.terminal.escape import escaped

REFRESH_SECONDS = 0.2
"""Printed text repaints at most this often."""

MOST_LINES = 5
"""Lines shown; the newest count."""


class Console(Static):
    """Hidden while there is nothing to read."""

    def __init__(self) -> None:
        super().__init__(id="console")
        self._next = 0.0
        self._shown: tuple[object, ...] = ()
        self.display = False

    def show(self, run: LiveRun | None, *, now: bool = False) -> None:
        """The end of the run's output, and its failure."""
        moment = time.monotonic()
        if not now and moment < self._next:
            return
        self._next = moment + REFRESH_SECONDS
        lines = list(run.output)[-MOST_LINES:] if run else []
        failed = run is not None and run.state is RunState.FAILED
        state = (*lines, failed, run.lost_bytes if run else 0)
        if state == self._shown:
            return
        self._shown = state
        self.display = bool(lines) or failed or bool(run and run.lost_bytes)
        self.update(self._page(run, lines) if run else "")

    def _page(self, run: LiveRun, lines: Iterable[str]) -> Content:
        page = [Content(escaped(line)) for line in lines]
        if run.lost_bytes:
            more = f"… {run.lost_bytes / 1e6:,.1f} MB more was printed"
            page.insert(0, Content.styled(more, "$text-muted"))
        if run.state is RunState.FAILED and run.frames:
            page.append(Content.styled(where(run.frames[-1]), "$text-muted"))
        return Content("\n").join(page)


def where(frame: Frame) -> str:
    """The place of a failure: "training.py, line 41: loss.backward()"."""
    return escaped(f"{frame.file.rsplit('/', 1)[-1]}, line {frame.line}: {frame.source}")
