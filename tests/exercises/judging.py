"""Judge a piece of code the way the app does: in a process forked from one that is warm."""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass

from engine.process import launch
from engine.process.framing import Lines
from engine.process.protocol import (
    AnyEvent,
    AnyJob,
    Explained,
    Result,
    RunEnded,
    Start,
    Verdict,
    decode_event,
)
from lessons.format.exercises import Exercise
from tui.state.check_job import check_job

MEMORY = 2 << 30


@dataclass
class Judged:
    """What was said about a piece of code, and how long after it was asked."""

    events: list[AnyEvent]
    seconds: float
    """Until the final verdict (or the end of the run) had been read."""

    @property
    def results(self) -> list[Result]:
        """The newest verdict's results."""
        verdicts = [event for event in self.events if isinstance(event, Verdict)]
        return verdicts[-1].results if verdicts else []

    @property
    def passed(self) -> bool:
        """Whether every check has passed and the run has ended in good order."""
        return bool(self.results) and all(each.outcome == "passed" for each in self.results)

    @property
    def failure(self) -> Result | None:
        """The check that failed."""
        return next((each for each in self.results if each.outcome == "failed"), None)

    @property
    def explained(self) -> Explained | None:
        """What the doctor said."""
        return next((event for event in self.events if isinstance(event, Explained)), None)

    @property
    def end(self) -> AnyEvent | None:
        """The last event of the run; None when its process died without one."""
        return next((event for event in self.events if isinstance(event, RunEnded)), None)


def judge(exercise: Exercise, code: str) -> Judged:
    """Check code against an exercise."""
    return perform(check_job(exercise, code))


def perform(job: AnyJob, seed: int = 0) -> Judged:
    """Run a job in a forked process and gather everything it says."""
    began = time.perf_counter()
    launched = launch.fork(Start(1, job=job, seed=seed), MEMORY)
    lines, events, settled = Lines(), list[AnyEvent](), 0.0
    open_pipes = {launched.events, launched.output}
    while open_pipes:
        for fd in select.select(list(open_pipes), [], [], 60)[0] or [*open_pipes]:
            data = os.read(fd, 1 << 20)
            if not data:
                open_pipes.discard(fd)
            for line in lines.feed(data) if fd == launched.events else ():
                event = decode_event(line)
                if event is not None:
                    events.append(event)
                if isinstance(event, Verdict):
                    settled = time.perf_counter() - began
    for fd in (launched.events, launched.output, launched.control):
        os.close(fd)
    os.waitpid(launched.pid, 0)
    return Judged(events, settled or time.perf_counter() - began)
