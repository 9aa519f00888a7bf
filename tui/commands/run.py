"""``tocha run``: the same runs without the app, for pipes, logs and plain terminals."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import click
import msgspec
import numpy as np

from engine.process import protocol
from engine.process.client import Engine
from engine.process.protocol import AnyEvent, Refused, RunEnded, Shown
from engine.views import Line, Progress, Scatter
from lessons.format import catalog
from lessons.format.schema import Experiment, Value
from tui.state.live_run import LiveRun, RunState
from tui.terminal import colorless
from tui.terminal.escape import escaped

OK, FAILED, BAD_ARGUMENT, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""

PICTURE_ROWS = 16


class Output(Protocol):
    """What becomes of a run's events."""

    def hear(self, event: AnyEvent) -> None:
        """Take in one event."""

    def close(self) -> None:
        """The run has ended."""


def run(
    name: str,
    *,
    settings: Iterable[str],
    seed: int,
    device: str | None,
    plain: bool,
    as_json: bool,
) -> int:
    """Run an experiment by its full name; the exit status."""
    try:
        experiment = catalog.experiment(name)
        own = {"seed": seed} if "seed" in experiment.defaults else {}
        knobs = {**experiment.defaults, **own, **dict(parse(experiment, settings, device))}
    except (LookupError, ValueError) as error:
        complain(str(error.args[0] if error.args else error))
        return BAD_ARGUMENT
    live = LiveRun(0, experiment, knobs)
    output: Output = Lines() if as_json else Page(live, plain=plain or not sys.stdout.isatty())
    return asyncio.run(follow(experiment, knobs, seed, live, output))


def parse(
    experiment: Experiment, settings: Iterable[str], device: str | None
) -> Iterator[tuple[str, Value]]:
    """Knobs by name and value.

    Raises:
        ValueError, LookupError: no such knob or value; the message names those there are.
    """
    for setting in settings:
        knob, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"--set takes KNOB=VALUE, not {setting}")
        yield knob, experiment.knob(knob).parse(text)
    if device is not None:
        yield "device", experiment.knob("device").parse(device)


async def follow(
    experiment: Experiment, knobs: dict[str, Value], seed: int, live: LiveRun, output: Output
) -> int:
    """Drive one run to its end; the exit status."""
    done = asyncio.Event()
    unread: list[OSError] = []

    def hear(event: AnyEvent) -> None:
        try:
            if event.run_id or isinstance(event, Refused):
                live.hear(event)
                output.hear(event)
        except OSError as error:
            unread.append(error)
        if unread or isinstance(event, RunEnded | Refused):
            done.set()

    engine = Engine(hear)
    await engine.start()
    job = protocol.Experiment(experiment.topic, experiment.function, dict(knobs))
    live.run_id = engine.run(job, seed=seed)
    interrupted = stop_on_interrupt(lambda: engine.stop(live.run_id), done)
    await done.wait()
    await engine.close()
    if unread:
        raise unread[0]
    output.close()
    if interrupted():
        return INTERRUPTED
    if live.state is RunState.FAILED:
        complain(live.failure)
        return FAILED
    return OK


def stop_on_interrupt(stop: Callable[[], None], done: asyncio.Event) -> Callable[[], bool]:
    """ctrl+c stops the run in good order, a second one leaves at once; tells whether it came."""
    times = 0

    def interrupt() -> None:
        nonlocal times
        times += 1
        stop() if times == 1 else done.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, interrupt)
    return lambda: times > 0


def complain(sentence: str) -> None:
    """One line on standard error."""
    click.echo(f"tocha: {' '.join(sentence.split())}", err=True)


class Lines:
    """``--json``: one object a line, each with "type"; the last is "run_finished"."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder(enc_hook=as_list).encode

    def hear(self, event: AnyEvent) -> None:
        """Write the event; a view stands for itself."""
        sys.stdout.buffer.write(self._encode(as_object(event)) + b"\n")
        sys.stdout.buffer.flush()

    def close(self) -> None:
        """Nothing is left to say."""


def as_object(event: AnyEvent) -> dict[str, Any]:
    """An event with all its fields; there is one run, so its number says nothing."""
    message = event.view if isinstance(event, Shown) else event
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    fields.pop("run_id", None)
    if isinstance(message, Scatter | Line):
        fields |= {"x": np.ravel(message.x), "y": np.ravel(message.y)}
    return {"type": message.__struct_config__.tag, **fields}


def as_list(numbers: Any) -> Any:
    """An array as JSON lists; what JSON cannot say (NaN, infinity) becomes null on encoding."""
    return numbers.tolist()


class Page:
    """Text for a person: a progress bar while it runs, then numbers and pictures."""

    def __init__(self, live: LiveRun, *, plain: bool) -> None:
        self._live = live
        self._plain = plain
        self._bar: Any = None

    def hear(self, event: AnyEvent) -> None:
        """Pass on what is printed; move the bar."""
        if isinstance(event, protocol.Printed):
            click.echo(escaped(event.text) if self._plain else event.text, nl=False)
        elif isinstance(event, Shown) and isinstance(event.view, Progress) and not self._plain:
            self._advance(event.view)

    def _advance(self, progress: Progress) -> None:
        if self._bar is None:
            length = max(1, int(progress.total))
            self._bar = click.progressbar(length=length, label=f"{progress.unit}s", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(int(progress.done) - self._bar.pos)

    def close(self) -> None:
        """The closing numbers and the final pictures."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        live = self._live
        if live.state is RunState.FAILED:
            return
        for picture in pictures(live, plain=self._plain):
            click.echo(picture + "\n")
        for name, value in live.final.items():
            click.echo(f"{name:>12}  {'not a number' if value is None else format(value, '.6g')}")
        click.echo(f"{live.state.value} after {live.steps} steps in {live.seconds:.1f} s")


def pictures(live: LiveRun, *, plain: bool) -> Iterator[str]:
    """Every picture of the run as lines of text."""
    from engine.plots import Plot, ansi
    from engine.plots.output import detect_colors, detect_glyphs
    from tui.state.plot_options import marks_of, options

    colors = "none" if plain else detect_colors(colorless.told(os.environ), terminal=True)
    glyphs = detect_glyphs(os.environ, sys.stdout.encoding)
    columns = min(100, shutil.get_terminal_size((80, 24)).columns - 1)
    marks = marks_of(live.experiment)
    for spec in live.experiment.plots:
        content = live.content(spec)
        if content:
            plot = Plot(options(spec, marks), glyphs, colors)
            yield ansi(plot.draw(content, columns, PICTURE_ROWS), colors)
