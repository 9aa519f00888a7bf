"""Views: what an experiment can show, as plain typed records (scalars, curves, tensors, graphs).

An experiment is a generator that yields views. A view takes numbers as they are (tensors on any
device, numpy arrays, lists, plain floats): whoever runs the experiment turns them into bytes, and
only when a frame is due. Views know no screen, no rate and no process.

Views that carry the same ``plot`` are drawn into the same picture; within a picture a newer view
replaces the older one of the same ``name``.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    Numbers: TypeAlias = Any
else:

    class _Anything(type):
        # msgspec asks whether what a message was decoded to is an instance of its annotation.
        def __instancecheck__(cls, value: object) -> bool:
            return True

    class Numbers(metaclass=_Anything):
        """Tensors, arrays, lists or floats going in; a numpy array coming out of a message."""


class Scalars:
    """Numbers of one step, by name: ``Scalars(step, loss=loss, lr=lr)``.

    Every one of them reaches the history, however many steps lie between two frames.
    """

    __slots__ = ("step", "values")

    def __init__(self, step: int, **values: Any) -> None:
        self.step = step
        self.values = values


class View(msgspec.Struct, tag_field="type", tag=str.lower, omit_defaults=True):
    """One thing worth seeing."""

    @property
    def key(self) -> tuple[str, str]:
        """Picture and name: a newer view with the same key replaces this one."""
        return getattr(self, "plot", ""), getattr(self, "name", "")


class Progress(View):
    """How far the run has come, in units a person counts (epochs, say)."""

    done: float
    total: float
    unit: str = "epoch"


class Scatter(View):
    """Points; x and y of shape (N,) or (N, 1). ``group`` is "train" or "validation"."""

    x: Numbers
    y: Numbers
    name: str = "data"
    plot: str = "fit"
    group: str = "train"


class Line(View):
    """A line through x and y, both of shape (N,) or (N, 1); NaN and infinity break it."""

    x: Numbers
    y: Numbers
    name: str = "fit"
    plot: str = "fit"


class Heatmap(View):
    """A surface z of shape (rows, columns); row 0 lies at the lowest y.

    ``x`` and ``y`` are the (lowest, highest) coordinates of the outer columns and rows.
    """

    z: Numbers
    x: tuple[float, float]
    y: tuple[float, float]
    name: str = "surface"
    plot: str = "surface"
    log: bool = False
    floor: float = 0.0
    """With ``log``, what is lower is coloured like this."""
    measure: str = "height"
    """What z is, in a word or two, for the colour bar."""


class Path(View):
    """Where an optimizer went: x and y of shape (N,), the last one is its head."""

    x: Numbers
    y: Numbers
    name: str = "path"
    plot: str = "surface"


class Mark(View):
    """One labelled place in a picture, such as the start or the minimum."""

    x: float
    y: float
    name: str = "minimum"
    plot: str = "surface"


class Walker(View):
    """A point on a curve, with the slope there (its tangent is drawn)."""

    x: Numbers
    y: Numbers
    slope: Numbers = 0.0
    name: str = "walker"
    plot: str = "function"


class Bars(View):
    """One horizontal bar a label; values of shape (N,), negative ones go left."""

    labels: list[str]
    values: Numbers
    name: str = "bars"
    plot: str = "bars"
    unit: str = ""
    log: bool = False


class Grid(View):
    """A tensor's values, 0 to 4 dimensions; ``note`` says what a person should know of it."""

    values: Numbers
    name: str = "tensor"
    plot: str = "grid"
    note: str = ""
    places: list[int] | None = None
    """Where in memory each value lies, in reading order: same place, same colour, in every picture.

    Negative for a value that lies in another memory.
    """
    memory: int = 0
    """How many values that memory holds."""
    read: list[int] | None = None
    """The values that are lit, as indices in reading order; the last is read now, -1 for none.

    Without ``places`` all of them have one colour.
    """


class Node(msgspec.Struct, omit_defaults=True):
    """One operation or leaf of a graph; ``grad`` is empty until the gradient has arrived."""

    id: str
    label: str
    value: str = ""
    grad: str = ""
    kind: str = "op"
    """"leaf", "op", "output" or "constant"."""
    active: bool = False
    """The operation that is at work now."""
    grad_room: int = 0
    """Characters that its gradient will have: the box keeps a place for them from the start."""


class Graph(View):
    """A computation graph; for every use an edge from an input to the operation that uses it."""

    nodes: list[Node]
    edges: list[tuple[str, str]]
    name: str = "graph"
    plot: str = "graph"


class Network(View):
    """Layers from input to output; ``weights[i]`` has shape (widths[i + 1], widths[i]).

    ``biases[i]`` has shape (widths[i + 1],).
    """

    widths: list[int]
    weights: list[Numbers] = []
    labels: list[str] = []
    name: str = "network"
    plot: str = "network"
    biases: list[Numbers] = []


class Table(View):
    """Rows of text and numbers under column heads (a head may carry its unit: "time [ms]")."""

    columns: list[str]
    rows: list[list[str | float | int | None]]
    name: str = "table"
    plot: str = "table"


class Text(View):
    """A short text, such as what the machine answered."""

    text: str
    name: str = "text"
    plot: str = "text"


class Code(View):
    """Lines of code with the line that is at work (counted from 1; 0 for none)."""

    source: str
    line: int = 0
    name: str = "code"
    plot: str = "code"


AnyView: TypeAlias = (
    Progress
    | Scatter
    | Line
    | Heatmap
    | Path
    | Mark
    | Walker
    | Bars
    | Grid
    | Graph
    | Network
    | Table
    | Text
    | Code
)

Changes: TypeAlias = Mapping[str, Any] | None
"""Live knobs that were turned since the last view: ``changes = yield Scalars(step, loss=loss)``."""

Experiment: TypeAlias = Generator[AnyView | Scalars, Changes, None]
"""What an experiment function returns. With plain ``next`` or ``list`` no knob ever changes."""
