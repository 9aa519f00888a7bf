"""What a picture costs, beside four other ways to draw it in a terminal, in one run.

Every repeat asks each of them in turn for the same two noisy curves in braille. What is taken is
the processor's time, so that what else the machine does meanwhile does not count. The others come
with the ``bench`` extra; those that are missing, and those that would take minutes, are left out.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from rich.style import Style
from textual.app import App, ComposeResult

from engine.history import Series
from engine.plots import Curve, Options, Plot
from engine.views import Heatmap, Path
from tests.bench.plots_live import Live, losses, measure
from tests.bench.row import Row
from tui.widgets.plot_strips import strips
from tui.widgets.plot_styles import PlotStyles

SIZES = ((60, 15), (100, 30), (200, 50))
POINTS = (200, 2_000, 20_000, 200_000, 2_000_000)
OTHERS = ("textual-plotext", "plotext", "textual-plot", "uniplot")
MOST_POINTS_FOR_OTHERS = 200_000
Draw = Callable[[], object]


def rows(*, short: bool = False) -> list[Row]:
    """All figures of the plot layer; ``short`` only checks that they can be taken."""
    return [*frame_rows(short=short), *special_rows(short=short), *live_rows(short=short)]


def frame_rows(*, short: bool = False) -> list[Row]:
    """Milliseconds of processor from data to strips, for every size, length and way to draw."""
    sizes, points = (SIZES[:1], POINTS[:2]) if short else (SIZES, POINTS)
    costs = asyncio.run(_compared(sizes, points, 1 if short else 9))
    found = [
        Row(f"frame {w}x{h}, two series of {n:,}, {name}", cost, "ms", _target(name, w, n))
        for (w, h, n, name), cost in costs.items()
    ]
    ours, theirs = costs.get((100, 30, 20_000, "tocha")), costs.get((100, 30, 20_000, OTHERS[0]))
    if ours and theirs:
        what = "frame 100x30, two series of 20,000: textual-plotext / tocha"
        found.append(Row(what, theirs / ours, "times", 15, least=True))
    if long := costs.get((100, 30, 2_000_000, "tocha")):
        what = "frame 100x30: two series of 2,000,000 / of 20,000"
        found.append(Row(what, long / costs[100, 30, 20_000, "tocha"], "times", 1.5))
    return found


def _target(name: str, columns: int, points: int) -> float | None:
    """What a frame may cost, in milliseconds."""
    if name != "tocha":
        return None
    return {(100, 20_000): 2.0, (200, 200_000): 5.0}.get((columns, points))


def special_rows(*, short: bool = False) -> list[Row]:
    """Frames that are not curves, and the one of a whole screen."""
    repeats = 2 if short else 60
    walked, fresh = _surface(100, 30, same=True), _surface(100, 30, same=False)
    whole = _ours(120, 40, 20_000)
    return [
        Row("frame 120x40, two series of 20,000, tocha", _median(whole, repeats), "ms", 4.0),
        Row("surface 100x30, path grows", _median(walked, repeats), "ms", 3.0),
        Row("surface 100x30, another surface each time", _median(fresh, repeats), "ms", 3.0),
    ]


def live_rows(*, short: bool = False) -> list[Row]:
    """A real app in a pty of 120x40."""
    seconds = 1.0 if short else 10.0
    growing, fixed = measure("growing", 30, seconds), measure("fixed", 20, seconds)
    found = [
        *_live_rows("growing axes, 30 frames/s asked", growing, 29.0, 50.0),
        *_live_rows("fixed axes, 20 frames/s asked", fixed, 19.0, 15.0),
    ]
    if find_spec("textual_plotext") and not short:
        other = measure("textual-plotext", 30, seconds)
        found += _live_rows("textual-plotext, 30 frames/s asked", other)
    return found


def _live_rows(
    what: str, live: Live, frames: float | None = None, kilobytes: float | None = None
) -> list[Row]:
    core = None if frames is None else 20.0
    key = None if frames is None else 50.0
    return [
        Row(f"{what}: frames drawn", live.frames, "1/s", frames, least=True),
        Row(f"{what}: sent", live.kilobytes, "kB/s", kilobytes),
        Row(f"{what}: processor", 100 * live.core, "% of a core", core),
        Row(f"{what}: key to paint, median", live.key_median, "ms"),
        Row(f"{what}: key to paint, p95", live.key_p95, "ms", key),
    ]


def _median(draw: Draw, repeats: int) -> float:
    """Milliseconds of processor, after one draw to warm up."""
    draw()
    return statistics.median(_timed(draw) for _ in range(repeats))


def _timed(draw: Draw) -> float:
    """Milliseconds of processor."""
    begun = time.thread_time()
    draw()
    return (time.thread_time() - begun) * 1e3


def _ours(columns: int, rows: int, points: int) -> Draw:
    """Streamed in as a run sends them; a frame is drawn whole, whatever the last one was."""
    steps, *values = losses(points)
    series = [Series() for _ in values]
    for each, known in zip(series, values, strict=True):
        for start in range(0, points, 5000):
            each.extend(steps[start : start + 5000], known[start : start + 5000])
    content = [Curve("train", series[0]), Curve("validation", series[1])]
    return _drawer(Plot(Options("loss", "step")), lambda: content, columns, rows)


def _drawer(plot: Plot, content: Callable[[], Sequence[Any]], columns: int, rows: int) -> Draw:
    styles, every = (
        PlotStyles(Style(), {}, dark=True, colors="truecolor"),
        dict.fromkeys(range(rows), ()),
    )
    return lambda: strips(plot.draw(content(), columns, rows), every, styles)


def _surface(columns: int, rows: int, *, same: bool) -> Draw:
    """A valley with a path of 200 steps; the next frame has another path, or all of it anew."""
    x, y = np.meshgrid(np.linspace(-2, 2, 80), np.linspace(-2, 2, 60))
    z, way = x * x + 10 * y * y, np.linspace(0, 9, 200)
    known = Heatmap(z, (-2, 2), (-2, 2))

    def content() -> Sequence[Any]:
        path = Path(2 * np.exp(-way / 4) * np.cos(way), np.exp(-way / 4) * np.sin(way))
        return [known if same else Heatmap(z, (-2, 2), (-2, 2)), path]

    return _drawer(Plot(), content, columns, rows)


async def _compared(
    sizes: Sequence[tuple[int, int]], points: Sequence[int], repeats: int
) -> dict[tuple[int, int, int, str], float]:
    """Median milliseconds by columns, rows, points and name."""
    costs: dict[tuple[int, int, int, str], float] = {}
    for columns, rows in sizes:
        app = _Stage()
        async with app.run_test(size=(columns, rows)) as pilot:
            await pilot.pause()
            for n in points:
                ways = {"tocha": _ours(columns, rows, n)}
                if n <= MOST_POINTS_FOR_OTHERS:
                    ways |= _others(app, columns, rows, n)
                times = _in_turn(ways, 1 if n > 20_000 else repeats if n < 20_000 else 3)
                costs |= {(columns, rows, n, name): cost for name, cost in times.items()}
    return costs


def _in_turn(ways: dict[str, Draw], repeats: int) -> dict[str, float]:
    """One after the other, again and again; ours, which is quick, a few times each turn."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, draw in ways.items():
            if turn == 0:
                if repeats > 1 or name == "tocha":
                    draw()
                continue
            times[name] += [_timed(draw) for _ in range(5 if name == "tocha" else 1)]
    return {name: statistics.median(found) for name, found in times.items()}


class _Stage(App[None]):
    """Holds the widgets of the others, so that they are measured at work."""

    CSS = "#plotext, #plot { width: 100%; height: 100%; }"

    def compose(self) -> ComposeResult:
        if find_spec("textual_plotext"):
            from textual_plotext import PlotextPlot

            yield PlotextPlot(id="plotext")
        if find_spec("textual_plot"):
            from textual_plot import PlotWidget

            yield PlotWidget(id="plot")


def _others(app: _Stage, columns: int, rows: int, points: int) -> dict[str, Draw]:
    """What is installed of the others, drawing the same."""
    steps, *values = losses(points)
    ways: dict[str, Draw] = {"plotext": lambda: _plotext(columns, rows, steps, values)}
    if find_spec("textual_plotext"):
        ways["textual-plotext"] = lambda: _textual_plotext(app, steps, values)
    if find_spec("textual_plot"):
        ways["textual-plot"] = lambda: _textual_plot(app, steps, values)
    if find_spec("uniplot"):
        ways["uniplot"] = lambda: _uniplot(columns, rows, steps, values)
    return {name: ways[name] for name in OTHERS if name in ways}


def _plotext(columns: int, rows: int, steps: Any, values: Sequence[Any]) -> object:
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(columns, rows)
    for known in values:
        plotext.plot(steps.tolist(), known.tolist(), marker="braille")
    return plotext.build()


def _textual_plotext(app: _Stage, steps: Any, values: Sequence[Any]) -> object:
    from textual.visual import Visual, visualize

    widget: Any = app.query_one("#plotext")
    widget.plt.clear_data()
    for known in values:
        widget.plt.plot(steps.tolist(), known.tolist(), marker="braille")
    size = widget.size
    visual = visualize(widget, widget.render())
    return Visual.to_strips(widget, visual, size.width, size.height, widget.visual_style)


def _textual_plot(app: _Stage, steps: Any, values: Sequence[Any]) -> object:
    from textual_plot import HiResMode

    widget: Any = app.query_one("#plot")
    widget.clear()
    for known, style in zip(values, ("blue", "red"), strict=True):
        widget.plot(steps, known, line_style=style, hires_mode=HiResMode.BRAILLE)
    widget._render_plot()
    widget._needs_rerender = False
    canvas: Any = widget.query_one("#plot")
    return [canvas.render_line(row) for row in range(canvas.size.height)]


def _uniplot(columns: int, rows: int, steps: Any, values: Sequence[Any]) -> object:
    from uniplot import plot_to_string

    return plot_to_string(
        xs=[steps] * len(values),
        ys=list(values),
        lines=True,
        width=columns - 8,
        height=rows - 3,
        color=["blue", "red"],
        character_set="braille",
    )


def main() -> None:
    """Print every figure with its target."""
    for row in rows():
        limit = "" if row.target is None else f"{'>=' if row.least else '<='} {row.target:g}"
        verdict = {None: "", True: "ok", False: "MISSED"}[row.holds]
        print(f"{row.what:<62} {row.value:10.2f} {row.unit:<12} {limit:<10} {verdict}")


if __name__ == "__main__":
    main()
