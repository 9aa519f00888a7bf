"""One page for every kind of picture, with numbers computed here and now."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import click
import numpy as np
from numpy.typing import NDArray

from engine.history import Series
from engine.plots import (
    Curve,
    Glyphs,
    Options,
    Plot,
    ansi,
    detect_colors,
    detect_glyphs,
)
from engine.plots import plain as uncolored
from engine.views import (
    Bars,
    Graph,
    Grid,
    Heatmap,
    Line,
    Mark,
    Network,
    Node,
    Path,
    Scatter,
    Table,
    View,
    Walker,
)
from tui.terminal.colorless import told

Floats = NDArray[np.float64]
HEADLESS_ROWS = 20


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A picture with a line that says what to look for."""

    name: str
    caption: str
    options: Options
    content: Sequence[View | Curve]


def exhibits() -> list[Exhibit]:
    """All pages, in the order of the gallery; the same numbers every time."""
    return [make() for make in PAGES]


def gallery(plain: bool, glyphs: str | None, colors: str | None) -> None:
    """Print every page; ``None`` for glyphs or colours means what the terminal can show."""
    terminal = sys.stdout.isatty()
    ink = "none" if plain else colors or detect_colors(told(os.environ), terminal=terminal)
    kind = Glyphs(glyphs) if glyphs else detect_glyphs(os.environ, sys.stdout.encoding or "ascii")
    size = shutil.get_terminal_size((80, 24))
    rows = min(max(size.lines - 4, 8), HEADLESS_ROWS) if terminal else HEADLESS_ROWS
    for exhibit in exhibits():
        cells = Plot(exhibit.options, kind, ink).draw(exhibit.content, size.columns, rows)
        caption = exhibit.caption if kind is not Glyphs.ASCII else _ascii(exhibit.caption)
        click.echo(f"{exhibit.name}: {caption}\n")
        text = uncolored(cells) if ink == "none" else ansi(cells, ink)
        click.echo(text + "\n", color=ink != "none")


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _curves() -> Exhibit:
    now, before = _training(0.004, 1), _training(0.0015, 2)
    content = [
        Curve("train", now[0], before[0]),
        Curve("validation", now[1]),
    ]
    options = Options(title="loss", x_label="step", y_log=True)
    caption = "every value dim, its course bright, the run before as a ghost"
    return Exhibit("curves", caption, options, content)


def _training(rate: float, seed: int) -> tuple[Series, Series]:
    """Two noisy losses that fall towards their floors; the second is seen every tenth step."""
    noise = np.random.default_rng(seed)
    steps = np.arange(6000)
    train, held_out = Series(), Series()
    loss = 2.4 * np.exp(-rate * steps) + 0.035
    train.extend(steps, loss * np.exp(noise.normal(0, 0.3, len(steps))))
    rising = loss[::10] * 1.25 + 6e-6 * steps[::10]
    held_out.extend(steps[::10], rising * np.exp(noise.normal(0, 0.06, len(rising))))
    return train, held_out


def _scatter() -> Exhibit:
    noise = np.random.default_rng(3)
    x = noise.uniform(-5, 5, 240)
    y = x + 2 * np.sin(x) + noise.normal(0, 1, 240)
    powers = np.vander(x[:200] / 5, 8)
    weights = np.linalg.lstsq(powers, y[:200], rcond=None)[0]
    grid = np.linspace(-5, 5, 300)
    content = [
        Scatter(x[:200], y[:200], name="train"),
        Scatter(x[200:], y[200:], name="validation", group="validation"),
        Line(grid, np.vander(grid / 5, 8) @ weights),
    ]
    options = Options(title="regression", x_label="x", y_label="y", residuals=True)
    caption = "points below, the fit above them, residuals between"
    return Exhibit("scatter", caption, options, content)


def _surface() -> Exhibit:
    options = Options(title="f(x, y)", x_label="x", y_label="y")
    return Exhibit("surface", "three optimizers on a long valley", options, _valley())


def _contour() -> Exhibit:
    options = Options(title="f(x, y)", x_label="x", y_label="y", contour=True)
    return Exhibit("contour", "the same valley as lines of equal height", options, _valley())


def _valley() -> list[View]:
    x, y = np.meshgrid(np.linspace(-4.5, 2, 80), np.linspace(-2.2, 2.2, 80))
    return [
        Heatmap(_bowl(x, y), (-4.5, 2), (-2.2, 2.2)),
        *(_walk(name, rate, kept) for name, rate, kept in WALKS),
        Mark(*START, name="start"),
        Mark(0.0, 0.0, name="minimum"),
    ]


START = -4.0, 1.7
WALKS = (("SGD", 0.094, 0.0), ("momentum", 0.012, 0.88), ("Adam", 0.12, 0.9))


def _bowl(x: Floats, y: Floats) -> Floats:
    return 0.5 * x * x + 10 * y * y


def _walk(name: str, rate: float, kept: float) -> Path:
    place, first, second = np.array(START), np.zeros(2), np.zeros(2)
    steps = [place]
    for step in range(1, 50):
        slope = place * (1, 20)
        if name == "Adam":
            first = kept * first + (1 - kept) * slope
            second = 0.999 * second + 0.001 * slope**2
            move = first / (1 - kept**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        else:
            move = first = kept * first + slope
        place = place - rate * move
        steps.append(place)
    way = np.array(steps)
    return Path(way[:, 0], way[:, 1], name=name)


def _function() -> Exhibit:
    x = np.linspace(-4, 5, 400)
    at = 3.1
    content = [
        Line(x, _wave(x), name="f", plot="function"),
        Walker(
            at, float(_wave(np.array(at))), slope=float(0.3 * at + np.cos(2 * at) * 2), name="x"
        ),
    ]
    options = Options(title="f(x) = 0.15 x² + sin 2x", x_label="x")
    return Exhibit("function", "a point on a curve, and the slope it feels", options, content)


def _wave(x: Floats) -> Floats:
    return np.asarray(0.15 * x * x + np.sin(2 * x))


def _bars() -> Exhibit:
    noise = np.random.default_rng(5)
    labels = ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias", "net.4.weight"]
    values = noise.normal(0, 0.4, len(labels))
    values[-1] = np.nan
    options = Options(title="mean gradient")
    caption = "signed, in eighths of a cell; what is no number says so"
    return Exhibit("bars", caption, options, [Bars(labels, values, unit="1/step")])


def _log_bars() -> Exhibit:
    labels = ["float64", "float32", "bfloat16", "float16"]
    steps = [2.0**-52, 2.0**-23, 2.0**-7, 2.0**-10]
    options = Options(title="smallest step above one")
    caption = "the same on a log scale"
    return Exhibit("bars-log", caption, options, [Bars(labels, steps, log=True)])


def _grid() -> Exhibit:
    values = np.random.default_rng(6).normal(0, 1.2, (3, 24, 24))
    values[0, 1, 2], values[0, 3, 1], values[0, 2, 4] = np.nan, np.inf, -np.inf
    values[0, 4, :5] = 0.0
    view = Grid(values, name="activations", note=". and , turn to other slices")
    caption = "sign, zero, NaN and infinity are legible without a colour"
    return Exhibit("grid", caption, Options(compact=False), [view])


def _image() -> Exhibit:
    y, x = np.mgrid[-1:1:16j, -1:1:30j]
    ring = np.exp(-40 * (np.hypot(x * 1.2, y) - 0.62) ** 2)
    bar = np.exp(-200 * (x + 0.05) ** 2) * (np.abs(y) < 0.9)
    view = Grid(np.round(ring - 0.7 * bar, 2) + 0.0, name="kernel")
    return Exhibit("image", "a tensor too large for its values", Options(), [view])


def _graph() -> Exhibit:
    x, w, b, target = 1.5, -0.8, 0.3, 1.0
    product = w * x
    guess = product + b
    error = guess - target
    slope = 2 * error
    nodes = [
        Node("x", "x", f"{x:.2f}", kind="constant"),
        Node("w", "w", f"{w:.2f}", f"{slope * x:.2f}", kind="leaf"),
        Node("b", "b", f"{b:.2f}", f"{slope:.2f}", kind="leaf"),
        Node("mul", "mul", f"{product:.2f}", f"{slope:.2f}"),
        Node("add", "add", f"{guess:.2f}", f"{slope:.2f}", active=True),
        Node("y", "y", f"{target:.2f}", kind="constant"),
        Node("sub", "sub", f"{error:.2f}", f"{slope:.2f}"),
        Node("loss", "pow 2", f"{error**2:.3f}", "1.00", kind="output"),
    ]
    edges = [("x", "mul"), ("w", "mul"), ("mul", "add"), ("b", "add")]
    edges += [("add", "sub"), ("y", "sub"), ("sub", "loss")]
    view = Graph(nodes, edges, name="loss = (w·x + b − y)²")
    caption = "values forward, gradients (∇) as they arrive"
    return Exhibit("graph", caption, Options(), [view])


def _network() -> Exhibit:
    noise = np.random.default_rng(8)
    widths = [3, 8, 8, 1]
    weights = [noise.normal(0, 1, (b, a)) for a, b in pairwise(widths)]
    labels = ["input", "Linear(3, 8)", "Linear(8, 8)", "Linear(8, 1)"]
    options = Options(title="multilayer perceptron")
    caption = "heavier lines are larger weights, dashes negative ones; biases in the units"
    biases = [noise.normal(0, 0.3, width) for width in widths[1:]]
    view = Network(widths, list(weights), labels, biases=list(biases))
    return Exhibit("network", caption, options, [view])


def _table() -> Exhibit:
    columns = ["dtype", "size [bit]", "largest", "smallest step above 1", "note"]
    rows: list[list[str | float | int | None]] = [
        ["float64", 64, float(np.finfo(np.float64).max), 2.0**-52, "numpy's default"],
        ["float32", 32, float(np.finfo(np.float32).max), 2.0**-23, "torch's default"],
        ["float16", 16, 65504.0, 2.0**-10, None],
        ["int64", 64, float(2**63 - 1), 1.0, "what an index must be"],
    ]
    return Exhibit(
        "table", "numbers aligned, units in their heads", Options(), [Table(columns, rows)]
    )


PAGES: tuple[Callable[[], Exhibit], ...] = (
    _curves,
    _scatter,
    _surface,
    _contour,
    _function,
    _bars,
    _log_bars,
    _grid,
    _image,
    _graph,
    _network,
    _table,
)
