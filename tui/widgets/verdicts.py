"""How the checks of an exercise stand, and what is said of the one that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.widgets import Static

from engine.process.protocol import Frame, Result
from tui.state.live_run import RunState
from tui.state.scratch_run import Trial
from tui.terminal.escape import inert
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
    """Reads a `Trial`. Every check has its name, a mark, and the reason where it failed."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(id="verdicts")
        self._titles = titles
        self._trial: Trial | None = None
        self._afterwards = ""
        self._note = ""
        self._width = 40

    def show(self, trial: Trial | None, afterwards: str = "") -> None:
        """Show how a run stands; ``afterwards`` is said when it has passed."""
        self._trial, self._afterwards, self._note = trial, afterwards, ""
        self._paint()

    def say(self, note: str) -> None:
        """A sentence above the checks, until the next run."""
        self._note = note
        self._paint()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again when the width is another."""
        if event.size.width != self._width:
            self._width = event.size.width
            self._paint()

    def _paint(self) -> None:
        trial = self._trial
        parts = [summary(trial)]
        if self._note:
            parts = [ticked(self._note, "$warning"), Content(""), *parts]
        if trial is not None and trial.failed is None:
            parts += self._reasons(trial, 0)
        parts.append(Content(""))
        parts += self._checks(trial)
        if trial is not None and trial.passed and self._afterwards:
            parts += [Content(""), ticked(self._afterwards)]
        if trial is not None and trial.passed:
            goes_on = Content.assemble(
                ("ctrl+n ", "bold $primary"), ("next exercise", "$text-muted")
            )
            parts += [Content(""), goes_on]
        self.update(Content("\n").join(parts))

    def _checks(self, trial: Trial | None) -> Iterator[Content]:
        results = trial.results if trial else []
        for result in results or [Result(name="", title=title) for title in self._titles]:
            mark, ink = MARKS[result.outcome]
            title = hung(ticked(result.title), self._width, INDENT)
            yield Content.styled(mark, ink) + title[1:]
            if result.message:
                yield hung(ticked(result.message, "$text-muted"), self._width, INDENT)
            if trial is not None and result.outcome == "failed":
                yield from self._reasons(trial, INDENT)
                yield Content("")

    def _reasons(self, trial: Trial, indent: int) -> Iterator[Content]:
        """What is known of an error, each piece behind an empty line."""
        if trial.state.is_live:
            return
        pieces: list[Content] = []
        if trial.error is not None:
            words = f"{trial.error.error}: {trial.error.message}".rstrip(": ")
            pieces.append(Content.styled(inert(words), "bold $error"))
        if trial.died is not None and trial.state is RunState.FAILED:
            pieces.append(Content.styled(inert(trial.failure), "bold $error"))
        if trial.place is not None and trial.place.source:
            pieces.append(pointed(trial.place, self._width - indent))
        if trial.explained is not None:
            pieces.append(explanation(trial.explained, key="ctrl+g"))
        for piece in pieces:
            yield Content("")
            yield hung(piece, self._width, indent)


def summary(trial: Trial | None) -> Content:
    """One line: "✗ 2 of 6 in 0.1 s"."""
    if trial is None:
        return Content.styled("ctrl+r checks your code", "$text-muted")
    count = sum(result.outcome == "passed" for result in trial.results)
    stand = f"{count} of {len(trial.results)}"
    if trial.state in HOLDING:
        return Content.styled(HOLDING[trial.state], "$warning")
    if trial.state.is_live:
        return Content.styled(f"● checking   {stand}", "$primary")
    took = f"   {duration(trial.seconds)}" if trial.seconds else ""
    if trial.passed:
        return Content.assemble(("✓ passed", "bold $success"), (took, "$text-muted"))
    words = f"✗ not yet   {stand} passed" if trial.results else "✗ not yet"
    return Content.assemble((words, "bold $error"), (took, "$text-muted"))


def pointed(frame: Frame, width: int) -> Content:
    """A line of code, and carets below the place in it; of a long line, the part around them."""
    head = f"line {frame.line}  "
    source = inert(frame.source.expandtabs(1).rstrip())
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
