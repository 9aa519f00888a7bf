"""The protocol between screen, server and run: commands and events, one JSON object a line.

The screen sends commands, it receives events. A reader ignores kinds it does not know and events of
runs it no longer cares about. No line is longer than `MAX_LINE`.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec

from engine.process.arrays import pack, unpack
from engine.process.framing import MAX_LINE
from engine.process.stops import Stop as StopAt
from engine.process.stops import Walking, WhatIf
from engine.views import AnyView, Numbers

DEAF = 113
"""Exit status of a run that could not tell its end: its side of the pipe is closed."""

VERSION = 1
"""Changes when an old reader could misunderstand a new writer."""


class TooLongError(ValueError):
    """A line is longer than `MAX_LINE`."""


class Job(msgspec.Struct, tag_field="job", tag=str.lower, omit_defaults=True):
    """What a run does."""


class Experiment(Job):
    """Iterate the generator ``engine.experiments.<topic>.<function>`` with these knobs.

    A topic with a dot in it is the full name of a module anywhere else.
    """

    topic: str
    function: str
    knobs: dict[str, Any] = {}


class Check(Job):
    """Judge the learner's code against the hidden check of an exercise.

    The judge reads no lesson: everything it needs to know of the exercise is in here.
    """

    code: str
    file: str
    """What tracebacks call the code, "walk-downhill.py"."""
    check: str
    """The text of the hidden ``check.py``."""
    proves: dict[str, str]
    """What each function of the check proves, in the order they run."""
    says: dict[str, str] = {}
    """The exercise's own messages by key, with {facts} in braces."""
    seconds: float = 5.0
    """Wall-clock limit."""


class Script(Job):
    """Run the learner's code as it is, and watch what it trains."""

    code: str
    file: str = ""
    """Where the code came from: its folder can be imported from, as Python does it."""
    seconds: float = 0.0
    """Wall-clock limit; 0 for none."""
    needs: str = ""
    """What the build and the machine must be like, a name in `engine.doctor.needs`: without it the
    code is not run, and `RunUnavailable` comes."""


AnyJob = Experiment | Check | Script


class Command(msgspec.Struct, tag_field="type", rename=None, omit_defaults=True):
    """A request of the screen."""


class Start(Command, tag="start"):
    """Fork a run; the events it sends carry ``run_id``."""

    run_id: int
    job: AnyJob
    seed: int = 0
    fps: float = 20.0
    """Frames a second at most; 0 sends every view as it comes."""
    paused: bool = False
    """Wait before the first step."""
    pace: float = 0.0
    """Steps a second at most; 0 is as fast as it goes."""
    scope: bool = False
    """Under the microscope: a learner's file is held before each of its lines, until `Walk`."""
    what_if: list[WhatIf] = []
    """Under the microscope: changes on the way, in order; held only from the last one on."""


class Stop(Command, tag="stop"):
    """End a run: ask, then interrupt, then kill its process group."""

    run_id: int


class Pause(Command, tag="pause"):
    """Do not ask the experiment for its next view until `Resume` or `Step`."""

    run_id: int


class Resume(Command, tag="resume"):
    """Go on after `Pause`."""

    run_id: int


class Step(Command, tag="step"):
    """Ask the experiment for one more step, then pause."""

    run_id: int
    view: bool = False
    """For one view and no more, where a step has several."""


class Turn(Command, tag="turn"):
    """A live knob has a new value."""

    run_id: int
    name: str
    value: Any


class Walk(Command, tag="walk"):
    """Under the microscope: go this far, then wait."""

    run_id: int
    to: Walking = "line"


AnyCommand = Start | Stop | Pause | Resume | Step | Turn | Walk


class Event(msgspec.Struct, tag_field="type", omit_defaults=True):
    """A fact about the engine or about one run."""

    run_id: int = 0
    """0 when the event is about the engine itself."""


class Ready(Event, tag="ready"):
    """The server has imported torch and waits."""

    version: int = VERSION
    torch: str = ""
    seconds: float = 0.0
    """How long the import took."""
    pid: int = 0


class RunStarted(Event, tag="run_started", kw_only=True):
    """The run's process is alive."""

    pid: int


class Samples(Event, tag="scalars", kw_only=True):
    """The scalars of one name since the last frame: steps and values of shape (N,).

    When there were too many for one line, each value is the mean of a bucket and ``low`` and
    ``high`` hold its extremes.
    """

    name: str
    steps: Numbers
    values: Numbers
    low: Numbers | None = None
    high: Numbers | None = None


class Shown(Event, tag="shown", kw_only=True):
    """A view, newest of its key."""

    view: AnyView


class Printed(Event, tag="printed", kw_only=True):
    """What the run wrote, control characters included; ``lost`` bytes before it were dropped."""

    text: str
    lost: int = 0
    is_error: bool = False
    """Whether it was written to the standard error, where the two are told apart."""
    raw: bytes = b""
    """The bytes themselves, where they are no text."""


class Paused(Event, tag="paused", kw_only=True):
    """The run waits; ``step`` is the number of views with scalars so far."""

    step: int
    lines: list[int] = []
    """Lines of the experiment's module: those that a single step ran, in the order in which it came
    to each last, then the one at which the experiment waits. Empty before it has begun.
    """


class Resumed(Event, tag="resumed"):
    """The run goes on after `Paused`; a single step is not told so."""


class Stopped(Event, tag="stopped", kw_only=True):
    """Under the microscope: what there was to see before a line."""

    stop: StopAt
    held: bool = False
    """Whether the run waits there."""


class Finished(Event, kw_only=True):
    """A run ended in good order. ``final`` is the last value of every scalar."""

    final: dict[str, float | None]
    steps: int
    seconds: float


class RunFinished(Finished, tag="run_finished"):
    """The experiment came to its end."""


class RunStopped(Finished, tag="run_stopped"):
    """The run was asked to end and did."""


class Frame(msgspec.Struct):
    """One line of a traceback."""

    file: str
    line: int
    function: str
    source: str = ""
    column: int = 0
    """Where in the line it happened: from this column, counted from 1 (0 when unknown) …"""
    end: int = 0
    """… up to, but not including, this one."""


class Result(msgspec.Struct, omit_defaults=True):
    """One check of an exercise."""

    name: str
    title: str
    """What it proves."""
    outcome: Literal["open", "passed", "failed"] = "open"
    key: str = ""
    """Which message of the exercise (or of all exercises) it failed with."""
    message: str = ""
    seconds: float = 0.0
    frames: list[Frame] = []
    """Where in the learner's code an exception was raised, the innermost last."""


class Verdict(Event, tag="verdict", kw_only=True):
    """How the checks of an exercise stand; the newest counts. They stop at the first failure."""

    results: list[Result]

    @property
    def passed(self) -> bool:
        """Whether every check has passed."""
        return all(result.outcome == "passed" for result in self.results)


class Explained(Event, tag="explained", kw_only=True):
    """What an exception means, with the names of the failing line."""

    rule: str
    """Which rule of the doctor matched."""
    title: str
    says: str
    """At most three sentences."""
    fix: str = ""
    page: str = ""
    """Lesson and page, "tensors/views"."""


class Finding(Event, tag="finding", kw_only=True):
    """A fault that raises no exception, with the number behind it."""

    rule: str
    title: str
    says: str
    fix: str = ""
    page: str = ""
    step: int = 0


PROCESS = "process"
"""What a note is about that says what to call the process with its ``run_id``."""


class Noted(Event, tag="noted", kw_only=True):
    """A sentence about a series, or about the watching itself (``about`` is empty then)."""

    about: str
    text: str


class RunFailed(Event, tag="run_failed", kw_only=True):
    """The experiment raised an exception."""

    error: str
    """Name of the exception's class."""
    message: str
    frames: list[Frame] = []
    helper: Frame | None = None
    """Where it happened, when that is another file of the learner's than the one that ran."""


class RunDied(Event, tag="run_died", kw_only=True):
    """The run's process ended without a word: killed, crashed, or left by ``os._exit``."""

    reason: str
    """A sentence: "was stopped the hard way", "crashed (SIGSEGV)", "used more memory than …"."""
    exit_code: int | None = None
    signal: int | None = None


class RunUnavailable(Event, tag="run_unavailable", kw_only=True):
    """The job was not done: it needs what this machine or this build of PyTorch does not have."""

    reason: str
    """What it needs, and what is here: whole sentences."""


class Refused(Event, tag="refused", kw_only=True):
    """A command made no sense to the server."""

    message: str


AnyEvent = (
    Ready
    | RunStarted
    | Samples
    | Shown
    | Printed
    | Paused
    | Resumed
    | Stopped
    | Verdict
    | Explained
    | Finding
    | Noted
    | RunFinished
    | RunStopped
    | RunFailed
    | RunDied
    | RunUnavailable
    | Refused
)

RunEnded = RunFinished | RunStopped | RunFailed | RunDied | RunUnavailable
"""After one of these no event of that run follows."""


def _decode_hook(kind: type, message: Any) -> Any:
    if kind is Numbers:
        return unpack(message)
    raise NotImplementedError(kind)


_encoder = msgspec.json.Encoder(enc_hook=pack)
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent, dec_hook=_decode_hook)


def encode(message: Command | Event) -> bytes:
    """One line, newline included.

    Raises:
        TooLongError: the line would exceed `MAX_LINE`.
        UnicodeEncodeError: a text has lone surrogates.
        TypeError: a view holds something that is not numbers.
    """
    line = _encoder.encode(message)
    if len(line) >= MAX_LINE:
        raise TooLongError(f"{type(message).__name__} of {len(line)} bytes")
    return line + b"\n"


def decode_command(line: bytes) -> AnyCommand:
    """The command on a line; raises `msgspec.DecodeError` when it is none."""
    try:
        return _commands.decode(line)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


def decode_event(line: bytes) -> AnyEvent | None:
    """The event on a line, or None for a kind this reader does not know."""
    try:
        return _events.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def finite_or_none(value: float) -> float | None:
    """JSON knows no NaN and no infinity."""
    return value if math.isfinite(value) else None
