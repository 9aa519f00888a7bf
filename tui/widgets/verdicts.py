"""The list of an exercise's checks, passed, failed or open, and why one failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.widgets import Static

from engine.process.protocol import Frame, Result
from tui.state.code_run import CodeRun
from tui.state.live_run import RunState
from tui.terminal.escape import escaped
from tui.widgets.explained import explanation
from tui.widgets.run_status import duration
from tui.widgets.wording import hung, ticked

MARKS = {
    "passed": ("✓", "$success"),
    "failed": ("✗", "bold $error"),
    "open": ("·", "$text-muted"),
}

INDENT = 2

HOLDING = {
    RunState.WAITING: "◌ waiting for the engine",
    RunState.STOPPING: "○ stopping",
    RunState.STOPPED: "■ stopped before it came to an end",
}


class VerdictList(Static):
    """Reads a `CodeRun`. Every check has its name, a mark, and the reason where it failed."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(id="verdicts")
        self._titles = titles
        self._run: CodeRun | None = None
        self._state: RunState | None = None
        self._afterwards = ""
        self._note = ""
        self._width = 40

    def show(self, run: CodeRun | None, afterwards: str = "") -> None:
        """Show how a run stands; ``afterwards`` is said when it has passed."""
        state = run.state if run else None
        if run is not self._run or state is not self._state:
            self._note = ""
        self._run, self._state, self._afterwards = run, state, afterwards
        self._paint()

    def say(self, note: str) -> None:
        """A sentence above the checks, until the run has something new to say."""
        self._note = note
        self._paint()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again when the width is another."""
        if event.size.width != self._width:
            self._width = event.size.width
            self._paint()

    def _paint(self) -> None:
        run = self._run
        parts = [summary(run)]
        if self._note:
            parts = [ticked(self._note, "$warning"), Content(""), *parts]
        if run is not None and run.failed is None:
            parts += self._reasons(run, 0)
        parts.append(Content(""))
        parts += self._checks(run)
        if run is not None and run.passed and self._afterwards:
            parts += [Content(""), ticked(self._afterwards)]
        if run is not None and run.passed:
            goes_on = Content.assemble(
                ("ctrl+n ", "bold $primary"), ("next exercise", "$text-muted")
            )
            parts += [Content(""), goes_on]
        self.update(Content("\n").join(parts))

    def _checks(self, run: CodeRun | None) -> Iterator[Content]:
        results = run.results if run else []
        for result in results or [Result(name="", title=title) for title in self._titles]:
            mark, ink = MARKS[result.outcome]
            title = hung(ticked(result.title), self._width, INDENT)
            yield Content.styled(mark, ink) + title[1:]
            if result.message:
                yield hung(ticked(result.message, "$text-muted"), self._width, INDENT)
            if run is not None and result.outcome == "failed":
                yield from self._reasons(run, INDENT)
                yield Content("")

    def _reasons(self, run: CodeRun, indent: int) -> Iterator[Content]:
        """What is known of an error, each piece behind an empty line."""
        if run.state.is_live:
            return
        pieces: list[Content] = []
        if run.error is not None:
            words = f"{run.error.error}: {run.error.message}".rstrip(": ")
            pieces.append(Content.styled(escaped(words), "bold $error"))
        if run.died is not None and run.state is RunState.FAILED:
            pieces.append(Content.styled(escaped(run.failure), "bold $error"))
        if run.place is not None and run.place.source:
            pieces.append(pointed(run.place, self._width - indent))
        if run.explained is not None:
            pieces.append(explanation(run.explained, key="ctrl+g"))
        for piece in pieces:
            yield Content("")
            yield hung(piece, self._width, indent)


def summary(run: CodeRun | None) -> Content:
    """One line: "✗ 2 of 6 in 0.1 s"."""
    if run is None:
        return Content.styled("ctrl+r checks your code", "$text-muted")
    count = sum(result.outcome == "passed" for result in run.results)
    stand = f"{count} of {len(run.results)}"
    if run.state in HOLDING:
        return Content.styled(HOLDING[run.state], "$warning")
    if run.state.is_live:
        return Content.styled(f"● checking   {stand}", "$primary")
    took = f"   {duration(run.seconds)}" if run.seconds else ""
    if run.passed:
        return Content.assemble(("✓ passed", "bold $success"), (took, "$text-muted"))
    words = f"✗ not yet   {stand} passed" if run.results else "✗ not yet"
    return Content.assemble((words, "bold $error"), (took, "$text-muted"))


def pointed(frame: Frame, width: int) -> Content:
    """A line of code, and carets below the place in it; of a long line, the part around them."""
    head = f"line {frame.line}  "
    source = escaped(frame.source.expandtabs(1).rstrip())
    room, at = max(width - len(head), 10), max(frame.column - 1, 0)
    first = max(0, min(at - room // 4, len(source) - room)) if len(source) > room else 0
    shown = source[first : first + room]
    if first:
        shown = f"…{shown[1:]}"
    if first + room < len(source):
        shown = f"{shown[:-1]}…"
    parts = [(head, "$text-muted"), (shown, "")]
    if frame.column:
        count = max(min(frame.end - frame.column, room - (at - first)), 1)
        parts.append((f"\n{' ' * (len(head) + at - first)}{'^' * count}", "bold $error"))
    return Content.assemble(*parts)
