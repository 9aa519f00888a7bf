"""Knobs: keyword arguments of an experiment, with the values a learner may try."""

from __future__ import annotations

import math
import re
from typing import Literal, TypeAlias, TypeGuard

import msgspec

from lessons.format.forms import FORMS

Value: TypeAlias = bool | int | float | str
Kind: TypeAlias = Literal["float", "int", "choice", "bool", "text"]
Form: TypeAlias = Literal["", "numbers", "nested", "shape", "expression", "chain"]

YES = {"true", "yes", "on", "1"}
NO = {"false", "no", "off", "0"}

FEW = 60
"""Whole numbers of a linear knob up to which it goes from one to the next."""


class Knob(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner can turn, and how far.

    ``low`` and ``high`` bound numbers (both ends allowed). ``choices`` are the values of a choice
    and the suggestions of a text; ``pattern`` is a regular expression of further values.
    """

    name: str
    default: Value
    kind: Kind
    label: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: list[str] = []
    pattern: str = ""
    hint: str = ""
    """What ``pattern`` or ``form`` allows, in words."""
    form: Form = ""
    """What a text must be besides one of ``choices``."""
    step_size: float | None = msgspec.field(default=None, name="step")
    """How far an arrow goes on a linear scale; None where the range decides."""
    empty: str = ""
    """What an empty text means, in words."""
    live: bool = False
    """The running experiment obeys it at once."""

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return self.label or self.name

    def said(self, value: Value) -> str:
        """A value as a person writes it; an empty text as what it means."""
        return self.empty if value == "" else said(value)

    def setting(self, value: Value) -> str:
        """Where it stands, in words that need no more around them: "learning rate 0.01"."""
        text = self.said(value) or "empty"
        return f"{self.title}: {text}" if isinstance(value, bool) else f"{self.title} {text}"

    def parse(self, text: str) -> Value:
        """The value a person typed.

        Raises:
            ValueError: no such value; the message names what is allowed.
        """
        text = text.strip()
        try:
            return self.check(self._read(text))
        except ValueError as error:
            raise ValueError(f"{self.name}: {text or 'nothing'} is not {self.allowed}") from error

    def _read(self, text: str) -> Value:
        if self.kind == "float":
            return float(text)
        if self.kind == "int":
            return _whole(float(text))
        if self.kind == "bool":
            if text.lower() not in YES | NO:
                raise ValueError(text)
            return text.lower() in YES
        return text

    def check(self, value: object) -> Value:
        """The value itself, a whole number as `float` where the knob is one.

        Raises:
            ValueError: the knob does not go there; the message names what is allowed.
        """
        if self._allows(value):
            return float(value) if self.kind == "float" else value
        raise ValueError(f"{self.name}: {value!r} is not {self.allowed}")

    def _allows(self, value: object) -> TypeGuard[Value]:
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind in ("float", "int"):
            numbers = (int, float) if self.kind == "float" else int
            return (
                isinstance(value, numbers)
                and not isinstance(value, bool)
                and math.isfinite(value)
                and (self.low is None or value >= self.low)
                and (self.high is None or value <= self.high)
            )
        if not isinstance(value, str):
            return False
        if value in self.choices:
            return True
        if self.pattern:
            return re.fullmatch(self.pattern, value) is not None
        return self.kind == "text" and FORMS[self.form](value)

    @property
    def allowed(self) -> str:
        """What the knob takes, as the end of a sentence: "a number from 1e-05 to 1"."""
        if self.kind == "bool":
            return "true or false"
        if self.kind in ("float", "int"):
            noun = "a number" if self.kind == "float" else "a whole number"
            return noun + _span(self.low, self.high)
        if self.kind == "text" and self.hint:
            return self.hint
        return " or ".join(filter(None, [f"one of {', '.join(self.choices)}", self.hint]))

    def step(self, value: Value, direction: int) -> Value:
        """The next value up (``direction`` 1) or down (-1); choices start again at the end.

        Log scales go 1, 2, 5, 10; linear ones in 15 to 40 steps of a round size, or of ``step``;
        a few whole numbers one by one.
        """
        if self.kind == "bool":
            return not value
        if isinstance(value, str):
            return self._next_choice(value, direction)
        moved = _next_125(value, direction) if self.log else self._next_linear(value, direction)
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        moved = min(max(moved, low), high)
        return round(moved) if self.kind == "int" else moved

    def _next_choice(self, value: str, direction: int) -> str:
        if not self.choices:
            return value
        if value not in self.choices:
            return self.choices[0]
        return self.choices[(self.choices.index(value) + direction) % len(self.choices)]

    def _next_linear(self, value: float, direction: int) -> float:
        low = 0.0 if self.low is None else self.low
        high = 10 * (abs(value) + 1) if self.high is None else self.high
        size = self.step_size or _round_down_125((high - low) / 15)
        if self.kind == "int":
            size = 1.0 if high - low <= FEW else max(1.0, size)
        steps = value / size + direction * (1 + 1e-9)
        whole = math.floor(steps) if direction > 0 else math.ceil(steps)
        return float(f"{whole * size:.10g}")


def said(value: Value) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(number)
    return int(number)


def _span(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return "" if high is None else f" of at most {high:g}"


def _next_125(value: float, direction: int) -> float:
    """The nearest of … 1, 2, 5, 10, 20, 50 … strictly beyond ``value`` (which is positive)."""
    if value <= 0:
        return value
    power = math.floor(math.log10(value))
    ladder = [float(f"{digit}e{power + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    if direction > 0:
        return min(rung for rung in ladder if rung > value * (1 + 1e-9))
    return max(rung for rung in ladder if rung < value * (1 - 1e-9))


def _round_down_125(size: float) -> float:
    """The largest of … 0.1, 0.2, 0.5, 1, 2, 5 … that is not above ``size``."""
    return _next_125(size * (1 + 1e-6), -1) if size > 0 else 1.0
