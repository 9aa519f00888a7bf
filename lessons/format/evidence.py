"""What a run has shown, as conditions look at it: closing numbers, courses, pictures."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

Final = Mapping[str, float | None]
"""The last value of every scalar; None stands for NaN or infinity."""


class Course(msgspec.Struct, frozen=True):
    """A scalar from its first step to its last: all sequences of one length.

    ``low`` and ``high`` are the extremes around each value where some were left out.
    """

    steps: Sequence[float]
    values: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    length: int = 0
    """How many values there were; 0 where these are all of them."""

    @property
    def is_thinned(self) -> bool:
        """Whether some values were left out: their number and extremes are known, no more."""
        return self.length > len(self.values)


class Evidence(msgspec.Struct, frozen=True):
    """All that was shown of a run, and of the other presets of its page where they are known.

    ``views`` are the newest pictures by "plot/name", and by their name alone.
    """

    final: Final
    courses: Mapping[str, Course] = {}
    views: Mapping[str, Any] = {}
    presets: Mapping[int, Evidence] = {}
    """Counted from 1, as on the page."""
    knobs: Mapping[str, Any] = {}
    """Where each knob stood at the end."""
    is_cut_short: bool = False
    """The run was stopped before its end."""
    was_turned: bool = False
    """A knob was turned while it ran, so that it had no one setting, even if turned back."""


def _finite(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values if math.isfinite(value)]


def _lowest(course: Course) -> float:
    return min(_finite(course.low or course.values), default=math.nan)


def _highest(course: Course) -> float:
    return max(_finite(course.high or course.values), default=math.nan)


def _whole(course: Course) -> Course:
    """The course, to be asked for what every single value decides.

    Raises:
        LookupError: some of them were left out.
    """
    if course.is_thinned:
        raise LookupError("not every value of it is known")
    return course


def _mean(course: Course) -> float:
    values = _finite(course.values)
    return math.fsum(values) / len(values) if values else math.nan


def _best_step(course: Course) -> float:
    pairs = zip(course.values, course.steps, strict=True)
    return min((pair for pair in pairs if math.isfinite(pair[0])), default=(0, math.nan))[1]


def _from(course: Course, step: float) -> Course:
    """What is left of it from this step on."""
    rest = slice(bisect_left(course.steps, step), None)
    return Course(
        steps=course.steps[rest],
        values=course.values[rest],
        low=course.low[rest],
        high=course.high[rest],
        # What was left out of it may have been left out here.
        length=course.length if course.is_thinned else 0,
    )


def _at(course: Course, step: float) -> float:
    index = bisect_left(course.steps, step)
    return float(course.values[min(index, len(course.values) - 1)])


def _turns(course: Course) -> float:
    signs = [value > 0 for value in course.values if value]
    return float(sum(one != other for one, other in pairwise(signs)))


def _rises(course: Course) -> float:
    values = course.values
    return float(sum(later > now for now, later in pairwise(values)))


COURSES: dict[str, Callable[..., float]] = {
    "first": lambda course: float(_whole(course).values[0]),
    "min": _lowest,
    "max": _highest,
    "mean": lambda course: _mean(_whole(course)),
    "count": lambda course: float(course.length or len(course.values)),
    "best_step": lambda course: _best_step(_whole(course)),
    "at": lambda course, step: _at(_whole(course), step),
    "min_from": lambda course, step: _lowest(_from(course, step)),
    "max_from": lambda course, step: _highest(_from(course, step)),
    "turns": lambda course: _turns(_whole(course)),
    "rises": lambda course: _rises(_whole(course)),
}
"""Of a scalar over all its steps. ``at(loss, 50)`` is its value at step 50 or the next there is,
``max_from(loss, 50)`` the highest from there on; ``turns`` counts changes of sign, ``rises`` the
steps at which it was higher than before. Of a thinned course only number and extremes are known."""

WITH_STEP = {"at", "min_from", "max_from"}
"""Those that are asked with a step."""


def _place(names: Sequence[Any], wanted: Any) -> int:
    if isinstance(wanted, str):
        return [str(name).strip() for name in names].index(wanted)
    return int(wanted)


def entry(view: Any, *places: Any) -> Any:
    """What stands at a place of a table, of bars or of a grid."""
    if hasattr(view, "columns"):
        row, column = places
        names = [line[0] for line in view.rows]
        return view.rows[_place(names, row)][_place(view.columns, column)]
    if hasattr(view, "labels"):
        return view.values[_place(view.labels, places[0])]
    found = view.values
    for place in places:
        found = found[int(place)]
    return found


def _cell(view: Any, *places: Any) -> float:
    found = entry(view, *places)
    return math.nan if found is None or found == "" else float(found)


def _texts(view: Any) -> list[str]:
    rows = [str(cell) for row in getattr(view, "rows", []) for cell in row]
    heads = [*getattr(view, "columns", []), *getattr(view, "labels", [])]
    return [*rows, *heads, *(getattr(view, name, "") for name in ("text", "note", "source"))]


def _says(view: Any, phrase: str, *places: Any) -> bool:
    if places:
        return phrase in str(entry(view, *places))
    return any(phrase in text for text in _texts(view))


def _height(view: Any, x: float) -> float:
    xs, ys = ([float(value) for value in _flat(part)] for part in (view.x, view.y))
    right = min(max(bisect_left(xs, x), 1), len(xs) - 1)
    share = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + share * (ys[right] - ys[right - 1])


def _flat(part: Any) -> list[Any]:
    return list(part.reshape(-1) if hasattr(part, "reshape") else part)


VIEWS: dict[str, Callable[..., Any]] = {
    "cell": _cell,
    "says": _says,
    "rows": lambda view: float(len(view.rows)),
    "height": _height,
}
"""Of a picture by its name: ``cell("rungs", "by hand", "times")`` of a table (row by its first
column, both also by number), of a grid by indices, of bars by label; ``says("table", "yes", "x",
"moved")`` of a cell, ``says("text", "copy")`` of a text; ``height("fit", 10)`` of a line."""
