"""The state of one run of the learner's own code: a script or a check. No widget."""

from __future__ import annotations

from pathlib import PurePath

from msgspec.structs import replace

from engine.process.protocol import (
    AnyEvent,
    Explained,
    Finding,
    Frame,
    Result,
    RunDied,
    RunFailed,
    Verdict,
)
from lessons.format.schema import Experiment
from tui.state.live_run import LiveRun, RunState

OWN_CODE = Experiment(id="", topic="", function="", title="", knobs=[], plots=[])
"""Stands where a run of the course has its experiment."""

MOST_MESSAGE = 400
"""Characters of an unknown error's message."""


class CodeRun(LiveRun):
    """What the code has shown and printed, how its checks stand, and what is said of its errors."""

    def __init__(self, run_id: int) -> None:
        super().__init__(run_id, OWN_CODE, {})
        self.results: list[Result] = []
        self.explained: Explained | None = None
        self.findings: dict[str, Finding] = {}
        self.error: RunFailed | None = None
        self.died: RunDied | None = None

    def hear(self, event: AnyEvent) -> None:
        """Take in the next event of this run."""
        match event:
            case Verdict(results=results):
                self.results = results
            case Explained():
                self.explained = event
            case Finding():
                self.findings[event.rule] = event
            case _:
                if isinstance(event, RunFailed):
                    self.error = event
                elif isinstance(event, RunDied):
                    self.died = event
                super().hear(event)

    @property
    def passed(self) -> bool:
        """Whether every check has passed, and the run has ended by itself."""
        all_passed = all(result.outcome == "passed" for result in self.results)
        return self.state is RunState.FINISHED and bool(self.results) and all_passed

    @property
    def failed(self) -> Result | None:
        """The check that has failed; None when none has (yet)."""
        return next((result for result in self.results if result.outcome == "failed"), None)

    @property
    def unexplained(self) -> Explained | None:
        """What little can be said of an error that nobody explains; None without one."""
        if self.error is None or self.explained is not None:
            return None
        says = self.error.message[:MOST_MESSAGE] or "It came without a message."
        return Explained(0, rule="", title=self.error.error, says=says)

    @property
    def told(self) -> list[Explained | Finding]:
        """Everything that is said of the run, the error first."""
        error = self.explained or self.unexplained
        if error is not None and self.error is not None and self.error.helper is not None:
            error = replace(error, says=f"{error.says} {in_helper(self.error.helper)}")
        return [*([error] if error else []), *self.findings.values()]

    @property
    def place(self) -> Frame | None:
        """Where in the learner's code it went wrong, innermost; None when that is not known."""
        frames = self.error.frames if self.error else self.failed.frames if self.failed else []
        theirs = [frame for frame in frames if "/" not in frame.file]
        return theirs[-1] if theirs else None

    def place_in(self, *files: str) -> Frame | None:
        """Where in these files an error was raised, innermost; None when it was in none of them."""
        frames = self.error.frames if self.error else []
        theirs = [frame for frame in frames if frame.file in files]
        return theirs[-1] if theirs else None


def in_helper(frame: Frame) -> str:
    """Where in another file than the one that ran it happened, as a sentence."""
    what = f": `{frame.source}`" if frame.source else ""
    return f"It happened in {PurePath(frame.file).name}, line {frame.line}{what}."
