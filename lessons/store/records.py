"""Records: what the store takes and gives, as plain typed structs."""

from __future__ import annotations

import time
import uuid
from array import array
from collections.abc import Sequence
from enum import Enum

import msgspec

from lessons.format.knobs import Value


def new_uid() -> str:
    """A name that no other machine gives."""
    return uuid.uuid4().hex


class PageState(msgspec.Struct, frozen=True):
    """A page that was opened and whether its activity was done; times in seconds since 1970."""

    lesson: str
    page: str
    seen: float
    done: float | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a lesson was left. ``number`` finds the page when its title has changed since."""

    lesson: str
    page: str
    number: int = 0
    knobs: dict[str, Value] = {}
    choice: int | None = None
    """The preset or answer that was chosen, counted from 0."""
    run: str | None = None
    """The uid of the run whose picture was on the stage."""
    exercise: str | None = None
    """The name of the exercise that was open."""


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """An answer and what the run said. ``kind`` is "prediction" or "blind" (a blind round)."""

    lesson: str
    page: str
    chosen: str
    answer: str
    correct: bool
    kind: str = "prediction"
    at: float = msgspec.field(default_factory=time.time)
    uid: str = msgspec.field(default_factory=new_uid)

    @property
    def name(self) -> str:
        """What this was an answer to: "prediction:autograd/A leaf"."""
        return f"{self.kind}:{self.lesson}/{self.page}"


class ExerciseState(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exercise ("training/first-loop") has come."""

    name: str
    attempts: int = 0
    hints: int = 0
    passed: float | None = None
    solution_seen: float | None = None

    @property
    def word(self) -> str:
        """ "open", "failed" or "passed"."""
        return "passed" if self.passed is not None else "failed" if self.attempts else "open"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The text of an exercise or a scratch page as one session of the app left it."""

    name: str
    text: str
    session: str
    at: float


class RunState(Enum):
    """How a kept run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is over, without its curves."""

    experiment: str
    """Its full name, "training.fit"."""
    knobs: dict[str, Value]
    seed: int = 0
    device: str = "cpu"
    versions: dict[str, str] = {}
    state: RunState = RunState.FINISHED
    started: float = msgspec.field(default_factory=time.time)
    """Seconds since 1970."""
    seconds: float = 0.0
    steps: int = 0
    final: dict[str, float | None] = {}
    uid: str = msgspec.field(default_factory=new_uid)


class Curve(msgspec.Struct, frozen=True):
    """A thinned series: steps and values of equal length N, in the order of the steps.

    ``low`` and ``high`` are the extremes around each value, or empty where every value stands for
    itself. ``length`` is how many values the run really had.
    """

    name: str
    steps: Sequence[float]
    values: Sequence[float]
    low: Sequence[float] = array("d")
    high: Sequence[float] = array("d")
    length: int = 0


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a review, answered."""

    name: str
    correct: bool
    seconds: float
    at: float = msgspec.field(default_factory=time.time)
    uid: str = msgspec.field(default_factory=new_uid)
