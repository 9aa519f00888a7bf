"""A learner's code run in the warm engine, as a script or as an answer, and all it has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from engine.process.protocol import (
    AnyEvent,
    AnyJob,
    Explained,
    Finding,
    Printed,
    Result,
    Script,
    Verdict,
)
from lessons.format import catalog
from tests.runs import Runs
from tui.state.check_job import check_job

E = TypeVar("E")

WALK = "optimizers/walk-downhill"
"""An exercise that any code can be an answer to: one function that returns a number."""


@dataclass
class Done:
    """Everything a run of a learner's code has said."""

    events: list[AnyEvent]

    def all(self, kind: type[E]) -> list[E]:
        """Its events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def end(self) -> Any:
        """Its last event."""
        return self.events[-1]

    @property
    def printed(self) -> str:
        """What it printed."""
        return "".join(event.text for event in self.all(Printed))

    @property
    def explained(self) -> str:
        """The rule of the doctor that spoke; empty when none did."""
        return next((event.rule for event in self.all(Explained)), "")

    @property
    def found(self) -> list[str]:
        """The silent faults that were reported."""
        return [event.rule for event in self.all(Finding)]

    @property
    def results(self) -> list[Result]:
        """The newest verdict's results."""
        return self.all(Verdict)[-1].results


async def done(engine: Runs, job: AnyJob, **options: Any) -> Done:
    """Run a job to its end."""
    run_id = engine.begin(job, **options)
    await engine.ended(run_id)
    return Done(engine.of(run_id))


async def script(engine: Runs, code: str, **options: Any) -> Done:
    """Run a script to its end."""
    return await done(engine, Script(code=code), **options)


async def check(engine: Runs, exercise: str, code: str, seconds: float = 5.0) -> Done:
    """Judge code to the end."""
    return await done(engine, check_job(catalog.exercise(exercise), code, seconds))


def walking(body: str) -> str:
    """An answer to `WALK` whose function has this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"import os, sys, time\nimport torch\n\n\ndef descend(f, start, lr, steps):\n{lines}\n"
