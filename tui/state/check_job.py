"""The job that judges an exercise: all that the engine has to know of it, read from its folder."""

from __future__ import annotations

from engine.process.protocol import Check
from lessons.format.exercises import Exercise


def check_job(exercise: Exercise, code: str, seconds: float | None = None) -> Check:
    """Judge ``code`` as an answer; ``seconds`` is the exercise's own limit if none is given.

    Raises:
        OSError: the exercise's check cannot be read.
    """
    return Check(
        code,
        file=f"{exercise.id}.py",
        check=exercise.check.read_text(encoding="utf-8"),
        proves=exercise.head.checks,
        says=exercise.head.says,
        seconds=exercise.facts.seconds if seconds is None else seconds,
    )
