"""What the microscope sends: a stop before a line, with all there is to see there."""

from __future__ import annotations

from typing import Literal

import msgspec

Grid = list[list[float | str]]
"""Rows of numbers; what JSON has no number for is a word: "nan", "inf", "-inf"."""

Walking = Literal["line", "pass", "backward", "end"]
"""How far to go: to the next line, pass of the loop, call of ``backward()``, or on and on."""


class Corner(msgspec.Struct, omit_defaults=True):
    """A tensor's shape, and its first numbers, from the first matrix in it."""

    shape: list[int]
    grid: Grid = []


class Seen(msgspec.Struct, omit_defaults=True):
    """A name and what it stood for at a stop."""

    name: str
    kind: str
    """The type's name."""
    text: str = ""
    """A scalar's value, or what little is said of anything else."""
    shape: list[int] | None = None
    """Of a tensor; None for what is none."""
    dtype: str = ""
    device: str = ""
    requires_grad: bool = False
    grid: Grid = []
    """As in `Corner`."""
    grad: Grid | None = None
    """The same corner of its ``.grad``; None where it has none."""
    changed: bool = False
    """Whether it was assigned, or written to, since the last stop in its frame."""
    line: int = 0
    """The line that last did; 0 when that is not known."""
    reads: list[str] = []
    """The names among those shown that this line reads: what it was computed from."""


class Arrived(msgspec.Struct, omit_defaults=True):
    """A gradient that came through an operation of the graph, in the order of arrival."""

    operation: str
    rule: str
    """What the operation does to it, in a few words; empty when we have none."""
    came: Corner | None = None
    """The gradient of the operation's result; None where there was none."""
    went: list[Corner | None] = []
    """The gradients it handed on, one for each input; None for one that wants none."""
    leaf: str = ""
    """The name of the weight whose ``.grad`` it was added to."""
    before: Corner | None = None
    """That ``.grad`` before; None where there was none."""


class Updated(msgspec.Struct, omit_defaults=True):
    """One number of a weight across ``optimizer.step()``."""

    weight: str
    index: list[int]
    optimizer: str
    value: float | str
    grad: float | str
    new: float | str
    by_hand: float | str | None = None
    """What the formula gives; None where none that is known gives the new value."""
    formula: list[str] = []
    """The formula with the numbers put in, one step a row."""


class WhatIf(msgspec.Struct, omit_defaults=True):
    """Something changed on the way: the run goes there silently, and on from there."""

    at: int
    """How many statements of the file have begun before it."""
    line: int
    """The line it is to be at then: a run that is not the same each time may be elsewhere."""
    code: str
    """Python that runs there, among the names of that place: "lr = 0.5"."""
    since: dict[str, int] = {}
    """The line that last changed each name, as it was known before."""


class Stop(msgspec.Struct, omit_defaults=True):
    """The state before a line runs."""

    number: int
    """How many statements of the file had begun."""
    line: int
    function: str = ""
    """Where it is; empty at the top of the file."""
    names: list[Seen] = []
    arrived: list[Arrived] = []
    """Gradients that came since the stop before."""
    updated: list[Updated] = []
    """Weights that the optimizer moved since the stop before."""
    error: str = ""
    """The exception that this line raised."""
    change: str = ""
    """What was changed here, as it was written."""
    failed: str = ""
    """What became of it in a sentence, if it did not run to its end."""
