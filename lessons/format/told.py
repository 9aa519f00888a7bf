"""What a condition measures, in words that a learner reads, with what a run made of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from lessons.format import conditions
from lessons.format.evidence import Evidence, Final, entry

Told = float | str | None

OF_A_COURSE = {
    "first": "first {}",
    "min": "lowest {}",
    "max": "highest {}",
    "mean": "mean {}",
    "count": "values of {}",
    "best_step": "step of the lowest {}",
    "at": "{} at step {}",
    "min_from": "lowest {} from step {} on",
    "max_from": "highest {} from step {} on",
    "turns": "changes of sign of {}",
    "rises": "steps up of {}",
}
OF_NO_KIND = {"value", "number", ""}
"""Heads of columns that say nothing about what stands in them."""


def told(
    condition: str, evidence: Evidence | Final, words: Mapping[str, str] | None = None
) -> dict[str, Told]:
    """Every quantity of a condition, and its value in this run; None where it was not shown.

    ``words`` are those of the experiment for its numbers. A condition that says what stands in a
    cell has the cell's own text.
    """
    shown = evidence if isinstance(evidence, Evidence) else Evidence(evidence)
    found = dict[str, Told]()
    for part in conditions.quantities(conditions.parse(condition)):
        name = in_words(part, shown, words or {})
        if name:
            found[name] = _value(part, shown)
    return found


def untrue(condition: str, evidence: Evidence) -> list[str]:
    """The parts of a condition that this run does not fulfil, or says nothing about."""
    written = [ast.unparse(part) for part in conditions.parts(conditions.parse(condition))]
    return [part for part in written if not _holds(part, evidence)]


def _holds(condition: str, evidence: Evidence) -> bool:
    try:
        return conditions.holds(condition, evidence)
    except (LookupError, ValueError):
        return False


def in_words(part: ast.expr, shown: Evidence, words: Mapping[str, str]) -> str:
    """ "highest loss", "x at step 2", "ReLU, median mse"; empty for what has no words."""
    if isinstance(part, ast.Name):
        return words.get(part.id, part.id)
    if not isinstance(part, ast.Call):
        return ""
    name, (head, *rest) = conditions.called(part), part.args
    if name in OF_A_COURSE:
        steps = [_number(one, shown) for one in rest]
        return OF_A_COURSE[name].format(in_words(head, shown, words), *steps)
    picture = str(head.value) if isinstance(head, ast.Constant) else ""
    if name == "height":
        return f"{picture.rpartition('/')[2]} at {_number(rest[0], shown)}"
    if name == "rows":
        return "rows of the table"
    places = [one.value for one in rest if isinstance(one, ast.Constant)]
    if name == "says":
        places = places[1:]
    return _place(picture, places, shown.views.get(picture)) if places else ""


def _place(picture: str, places: list[Any], view: Any) -> str:
    """Where in a picture: by names, as far as it has some."""
    if not hasattr(view, "columns"):
        is_named = isinstance(places[0], str)
        return ", ".join(map(str, places)) if is_named else f"{picture}{places}"
    row, column = (_name(view, place, axis) for axis, place in enumerate(places))
    named = [one for one in (row, column) if one not in OF_NO_KIND]
    return ", ".join(named) or picture


def _name(table: Any, place: int | str, axis: int) -> str:
    """The name of a row, or of a column; a row that is called by a number says of what."""
    if axis == 1:
        return str(table.columns[place] if isinstance(place, int) else place)
    inside = isinstance(place, int) and place < len(table.rows)
    name = str(table.rows[place][0] if inside else place).strip()
    return f"{table.columns[0]} {name}" if name.lstrip("-").isdigit() else name


def _number(node: ast.expr, shown: Evidence) -> str:
    try:
        return f"{conditions.value(node, shown):g}"
    except (LookupError, ValueError):
        return "?"


def _value(part: ast.expr, shown: Evidence) -> Told:
    try:
        if conditions.called(part) == "says" and isinstance(part, ast.Call):
            picture, _, *places = (conditions.value(one, shown) for one in part.args)
            return str(entry(shown.views[picture], *places))
        return float(conditions.value(part, shown))
    except (LookupError, ValueError):
        return None
