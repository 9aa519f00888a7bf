"""A live loss curve in a pty: what it costs in processor, bytes and answers to keys.

As a program (``python -m tests.bench.plots_live KIND FPS SECONDS``) it is the app that is measured;
`measure` starts it in a pseudo-terminal of 120x40 and watches from outside.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from tests.environment import clean
from tests.terminal import Terminal

COLUMNS, ROWS = 120, 40
STEPS_A_SECOND, FIRST_STEPS = 100, 1000
WARM_SECONDS = 2.0
KINDS = ("growing", "fixed", "textual-plotext")


@dataclass(frozen=True, slots=True)
class Live:
    """Frames and kilobytes a second, part of a core, and milliseconds from key to paint."""

    frames: float
    kilobytes: float
    core: float
    key_median: float
    key_p95: float


def losses(n: int) -> tuple[NDArray[np.float64], ...]:
    """Steps and two noisy losses, each of shape (n,)."""
    noise, steps = np.random.default_rng(0), np.arange(n, dtype=np.float64)
    train = np.exp(-3 * steps / n) + 0.03 * noise.standard_normal(n)
    held_out = 0.2 + 0.8 * np.exp(-2 * steps / n) + 0.03 * noise.standard_normal(n)
    return steps, train, held_out


def measure(kind: str, fps: float, seconds: float) -> Live:
    """Watch the app for some seconds after it has warmed up, pressing keys now and then."""
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "told.json"
        lasting = str(WARM_SECONDS + seconds + 1)
        run = [sys.executable, "-m", "tests.bench.plots_live", kind, str(fps), lasting, str(log)]
        with Terminal(run, environment=clean(Path(home)), columns=COLUMNS, rows=ROWS) as terminal:
            terminal.until(_echo(0))
            terminal.listen(WARM_SECONDS)
            used, sent, began = _used(terminal), terminal.received, time.perf_counter()
            waits = sorted(_press(terminal, seconds)) or [float("nan")]
            elapsed = time.perf_counter() - began
            used, sent = _used(terminal) - used, terminal.received - sent
            terminal.exit_status()
        told = json.loads(log.read_text())
    return Live(
        frames=told["frames"] / told["seconds"],
        kilobytes=sent / elapsed / 1e3,
        core=used / elapsed,
        key_median=waits[len(waits) // 2],
        key_p95=waits[int(0.95 * len(waits))],
    )


def _press(terminal: Terminal, seconds: float) -> Iterator[float]:
    """Milliseconds from key to paint, for keys pressed a few times a second."""
    end, keys, chance = time.perf_counter() + seconds, 0, random.Random(0)
    while time.perf_counter() < end:
        terminal.listen(chance.uniform(0.1, 0.3))
        keys += 1
        echo, seen = _echo(keys).encode(), len(terminal.raw)
        pressed = time.perf_counter()
        terminal.press("x")
        while echo not in terminal.raw[seen:] and time.perf_counter() < pressed + 5:
            terminal.read(0.05)
        yield (time.perf_counter() - pressed) * 1e3


def _used(terminal: Terminal) -> float:
    """Seconds of processor the program has used."""
    times = psutil.Process(terminal.process.pid).cpu_times()
    return float(times.user + times.system)


def _echo(keys: int) -> str:
    """What the app shows after so many keys: no cell of it like the one before."""
    return chr(ord("A") + keys % 26) * 8


def main(kind: str, fps: float, seconds: float, log: str) -> None:
    """The app that is measured."""
    from textual.app import App, ComposeResult
    from textual.widget import Widget
    from textual.widgets import Static

    from engine.history import Series
    from engine.plots import Curve, Options
    from tui.terminal.driver import chosen
    from tui.widgets.plot import PlotView

    total = FIRST_STEPS + int(STEPS_A_SECOND * (seconds + 30))
    steps, *values = losses(total)

    class Bench(App[None]):
        CSS = "Static { height: 1; }"
        ENABLE_COMMAND_PALETTE = False

        def compose(self) -> ComposeResult:
            yield Static(_echo(0))
            yield self.picture()

        def picture(self) -> Widget:
            if kind == "textual-plotext":
                from textual_plotext import PlotextPlot

                plot: Widget = PlotextPlot(id="plot")
                return plot
            limits = (0.0, float(total)) if kind == "fixed" else None
            heights = (-0.2, 1.4) if kind == "fixed" else None
            return PlotView(Options("loss", "step", x_limits=limits, y_limits=heights), id="plot")

        def on_mount(self) -> None:
            self.keys = self.frames = self.known = 0
            self.series = [Series() for _ in values]
            self.began = time.perf_counter()
            self.set_interval(1 / fps, self.frame)
            self.set_timer(seconds, self.done)

        def frame(self) -> None:
            now = FIRST_STEPS + int(STEPS_A_SECOND * (time.perf_counter() - self.began))
            new = slice(self.known, min(now, total))
            self.known, self.frames = new.stop, self.frames + 1
            plot = self.query_one("#plot")
            if isinstance(plot, PlotView):
                for series, known in zip(self.series, values, strict=True):
                    series.extend(steps[new], known[new])
                plot.show([Curve(f"loss {i}", s) for i, s in enumerate(self.series, 1)])
            else:
                canvas = plot.plt  # type: ignore[attr-defined]
                canvas.clear_data()
                for known in values:
                    canvas.plot(steps[: new.stop].tolist(), known[: new.stop].tolist())
                plot.refresh()

        def on_key(self) -> None:
            self.keys += 1
            self.query_one(Static).update(_echo(self.keys))

        def done(self) -> None:
            told = {"frames": self.frames, "seconds": time.perf_counter() - self.began}
            Path(log).write_text(json.dumps(told))
            self.exit()

    Bench(driver_class=chosen()).run()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
