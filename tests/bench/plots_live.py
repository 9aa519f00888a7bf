"""A live loss curve in a pty: what it costs in processor, bytes and answers to keys.

As a program (``python -m tests.bench.plots_live KIND FPS SECONDS``) it is the app that is measured;
`measure` starts it in a pseudo-terminal of 120x40 and watches from outside.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import select
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
    """Watch the app for some seconds after it has warmed up."""
    import psutil

    with tempfile.NamedTemporaryFile(suffix=".json") as log:
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            os.environ |= {"COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
            run = [sys.executable, "-m", "tests.bench.plots_live", kind, str(fps)]
            os.execv(sys.executable, [*run, str(WARM_SECONDS + seconds + 1), log.name])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        watch = _Watch(terminal, psutil.Process(pid), seconds)
        watch.run()
        os.waitpid(pid, 0)
        os.close(terminal)
        told = json.loads(Path(log.name).read_text())
    waits = sorted(watch.waits) or [float("nan")]
    return Live(
        frames=told["frames"] / told["seconds"],
        kilobytes=watch.bytes / watch.elapsed / 1e3,
        core=watch.processor / watch.elapsed,
        key_median=waits[len(waits) // 2],
        key_p95=waits[int(0.95 * len(waits))],
    )


def _echo(keys: int) -> str:
    """What the app shows after so many keys: no cell of it like the one before."""
    return chr(ord("A") + keys % 26) * 8


class _Watch:
    """Reads the terminal's side of the pty, presses keys and takes the time."""

    def __init__(self, terminal: int, process: object, seconds: float) -> None:
        self.terminal, self.process, self.seconds = terminal, process, seconds
        self.bytes, self.processor, self.elapsed = 0, 0.0, seconds
        self.waits: list[float] = []
        self._seen, self._pressed, self._sent, self._next = b"", 0, 0.0, 0.0

    def run(self) -> None:
        """Until the app ends by itself."""
        begun = used = 0.0
        started = False
        while (data := self._read()) is not None:
            now = time.perf_counter()
            self._seen = (self._seen + data)[-100_000:]
            if not started and _echo(0).encode() in self._seen:
                started, begun = True, now + WARM_SECONDS
            if not started or now < begun or self.processor:
                continue
            if not used:
                used = self._used()
            self.bytes += len(data)
            if now - begun > self.seconds:
                self.elapsed, self.processor = now - begun, self._used() - used
            else:
                self._press(now)

    def _read(self) -> bytes | None:
        ready, _, _ = select.select([self.terminal], [], [], 0.002)
        if not ready:
            return b""
        try:
            return os.read(self.terminal, 1 << 16) or None
        except OSError:
            return None

    def _press(self, now: float) -> None:
        if self._sent and _echo(self._pressed).encode() in self._seen:
            self.waits.append((now - self._sent) * 1e3)
            self._sent, self._next = 0.0, now + random.uniform(0.06, 0.2)
        if not self._sent and now > self._next:
            self._pressed += 1
            self._seen, self._sent = b"", now
            os.write(self.terminal, b"x")

    def _used(self) -> float:
        times = self.process.cpu_times()  # type: ignore[attr-defined]
        return float(times.user + times.system)


def main(kind: str, fps: float, seconds: float, log: str) -> None:
    """The app that is measured."""
    from textual.app import App, ComposeResult
    from textual.widget import Widget
    from textual.widgets import Static

    from engine.history import Series
    from engine.plots import Curve, Options
    from tui.driver import chosen
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

                return PlotextPlot(id="plot")
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
