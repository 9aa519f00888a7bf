"""Converts a run on the screen to the run in the store, and back: thinned curves, last views."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

from engine.history import COUNT, HIGH, LAST, LOW, X1, Series
from engine.process.protocol import (
    RunStopped,
    Shown,
    TooLongError,
    decode_event,
    encode,
    finite_or_none,
)
from engine.views import AnyView, Progress
from lessons.store import Curve, Run, RunState
from tui.state.live_run import LiveRun
from tui.state.live_run import RunState as LiveState

KEPT_POINTS = 400
"""Points kept of a curve; a picture is seldom more columns wide."""

MOST_VIEW_BYTES = 256 << 10
"""Of the last views of a run, those that fit into this are kept."""

KEPT_STATES = {LiveState.FINISHED: RunState.FINISHED, LiveState.STOPPED: RunState.STOPPED}


def to_store(
    live: LiveRun, name: str, *, seed: int, torch: str, device: str
) -> tuple[Run, list[Curve], list[bytes]] | None:
    """What the store keeps of a run that has ended; None for one that failed or showed nothing.

    Args:
        name: the experiment's full name, "training.fit".
        torch: the version it ran with.
        device: what the device "auto" is on this machine.
    """
    state = KEPT_STATES.get(live.state)
    if state is None or not (live.series or live.views):
        return None
    chosen = str(live.knobs.get("device", "cpu"))
    run = Run(
        experiment=name,
        knobs=dict(live.knobs),
        seed=seed,
        device=device if chosen == "auto" else chosen,
        versions={"torch": torch, "python": platform.python_version(), "tocha": own_version()},
        state=state,
        started=time.time() - live.seconds,
        seconds=live.seconds,
        steps=live.steps,
        final=dict(live.final),
    )
    curves = [thinned(name, series) for name, series in live.series.items()]
    return (
        run,
        curves,
        list(encoded(view for views in live.views.values() for view in views.values())),
    )


def stopped_here(live: LiveRun) -> RunStopped:
    """The last event of a run that nobody will listen to any more, from what was heard of it."""
    final = {name: finite_or_none(series.last) for name, series in live.series.items()}
    return RunStopped(live.run_id, final=final, steps=live.steps, seconds=live.running_seconds)


def own_version() -> str:
    """The version of this program."""
    try:
        return version("tocha")
    except PackageNotFoundError:
        return ""


def thinned(name: str, series: Series) -> Curve:
    """A series in at most `KEPT_POINTS` points, with the extremes around each."""
    table = series.window().table
    size = -(-table.shape[1] // KEPT_POINTS) or 1
    if size > 1:
        table = _gathered(table, size)
    steps, values = table[X1].tolist(), table[LAST].tolist()
    if np.all(table[COUNT] <= 1):
        return Curve(name, steps, values, length=len(series))
    low, high = (
        np.where(np.isfinite(table[row]), table[row], np.nan).tolist() for row in (LOW, HIGH)
    )
    return Curve(name, steps, values, low, high, len(series))


def _gathered(table: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    starts = np.arange(0, table.shape[1], size)
    ends = np.append(starts[1:], table.shape[1]) - 1
    gathered = table[:, ends].copy()
    gathered[LOW] = np.minimum.reduceat(table[LOW], starts)
    gathered[HIGH] = np.maximum.reduceat(table[HIGH], starts)
    gathered[COUNT] = np.add.reduceat(table[COUNT], starts)
    return gathered


def series_of(curve: Curve) -> Series:
    """A kept curve as a series that can be drawn."""
    series = Series()
    extremes = (curve.low, curve.high) if len(curve.low) else (None, None)
    series.extend(curve.steps, curve.values, *extremes)
    series.stand_for(curve.length)
    return series


def encoded(views: Iterable[AnyView]) -> Iterator[bytes]:
    """Views as lines of the protocol, as many as may be kept."""
    left = MOST_VIEW_BYTES
    for view in views:
        try:
            line = encode(Shown(view=view))
        except (TooLongError, TypeError):
            continue
        if len(line) <= left:
            left -= len(line)
            yield line


def decoded(lines: Iterable[bytes]) -> Iterator[AnyView]:
    """The views behind `encoded`; those of kinds this program does not know are left out."""
    for line in lines:
        event = decode_event(line)
        if isinstance(event, Shown) and not isinstance(event.view, Progress):
            yield event.view


def restore(live: LiveRun, run: Run, curves: Iterable[Curve], views: Iterable[bytes]) -> None:
    """Fill a `LiveRun` with what was kept, as if it had just ended."""
    live.series = {curve.name: series_of(curve) for curve in curves}
    for view in decoded(views):
        plot, name = view.key
        live.views.setdefault(plot, {})[name] = view
    live.final = dict(run.final)
    live.seconds = run.seconds
    live.state = LiveState(run.state.value)
