"""The conditions of choices and claims: small comparisons of what a run has shown.

``mse < 3 and bend > 0.5`` speaks of closing numbers; ``max(loss) > 10`` of a whole course;
``cell("table", "ReLU", "mse") < 3`` of a picture; ``mse < preset(2, mse)`` of the run of another
preset of the page; ``knob("width", 2)`` is true of runs with this knob there.
`lessons.format.evidence` lists what can be asked.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

from lessons.format.evidence import COURSES, VIEWS, WITH_STEP, Evidence, Final

__all__ = [
    "Evidence",
    "Final",
    "called",
    "holds",
    "knobs",
    "names",
    "needs",
    "parse",
    "parts",
    "pictures",
    "quantities",
    "rows",
    "value",
]

ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}
COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
    ast.Eq: eq,
    ast.NotEq: ne,
}
FUNCTIONS: dict[str, Callable[[float], Any]] = {"abs": abs, "finite": math.isfinite}
SHOWS, PRESET, KNOB = "shows", "preset", "knob"
ROWS, PLACES = {"cell": 0, "says": 1}, 2
"""What looks at one row, with its arguments between the table's name and the two places."""
MEASURES = COURSES.keys() | VIEWS.keys()


@lru_cache
def parse(condition: str) -> ast.expr:
    """The condition's tree.

    Raises:
        ValueError: not a condition: numbers, names, + - * /, comparisons, and, or, not, and calls
            of the functions named here and in `lessons.format.evidence` are all there is.
    """
    try:
        tree = ast.parse(condition.strip(), mode="eval").body
        _check(tree)
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"not a condition: {condition}") from error
    return tree


def names(tree: ast.expr) -> set[str]:
    """The scalars of the run itself that a condition speaks of."""
    return {node.id for node in _of_this_run(tree) if isinstance(node, ast.Name)}


def pictures(tree: ast.expr) -> set[str]:
    """The pictures that a condition looks at, by name."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        str(node.args[0].value)
        for node in calls
        if _called(node) in VIEWS.keys() | {SHOWS} and isinstance(node.args[0], ast.Constant)
    }


def rows(tree: ast.expr) -> Iterator[tuple[str, str | int]]:
    """Rows that a condition looks at: their table, and their first entry or their place in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ROWS:
            name, *places = [part.value for part in node.args if isinstance(part, ast.Constant)]
            places = places[ROWS[_called(node)] :]
            if len(places) == PLACES and isinstance(places[0], str | int):
                yield str(name), places[0]


def needs(tree: ast.expr) -> set[int]:
    """The other presets of its page that a condition compares with, counted from 1."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {int(node.args[0].value) for node in calls if _called(node) == PRESET}  # type: ignore[attr-defined]


def knobs(tree: ast.expr) -> dict[str, Any]:
    """The knobs that a condition names, each with where it has to stand."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    texts = [[part.value for part in node.args if isinstance(part, ast.Constant)]
             for node in calls if _called(node) == KNOB]  # fmt: skip
    return {str(name): value for name, value in texts}


def parts(tree: ast.expr) -> Iterator[ast.expr]:
    """The conditions that all have to hold for this one to hold."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for part in tree.values:
            yield from parts(part)
    else:
        yield tree


def quantities(tree: ast.expr) -> Iterator[ast.expr]:
    """Everything a condition measures in its own run, in the order in which it is written."""
    if isinstance(tree, ast.Name) or (isinstance(tree, ast.Call) and _called(tree) in MEASURES):
        yield tree
    elif isinstance(tree, ast.Call) and _called(tree) in FUNCTIONS:
        yield from quantities(tree.args[0])
    elif not isinstance(tree, ast.Call):
        for part in ast.iter_child_nodes(tree):
            if isinstance(part, ast.expr):
                yield from quantities(part)


def called(node: ast.expr) -> str:
    """The function that a part of a condition calls; empty where it calls none."""
    return _called(node) if isinstance(node, ast.Call) else ""


def value(node: ast.expr, evidence: Evidence) -> Any:
    """What this part of a condition is in a run.

    Raises:
        LookupError: the run has shown no such thing.
        ValueError: a table without this row or column.
    """
    return _value(node, evidence)


def holds(condition: str, evidence: Evidence | Final) -> bool:
    """Whether what was shown fulfils the condition; a NaN fulfils no comparison.

    Raises:
        ValueError: not a condition, or a table without this row or column.
        KeyError: the run has no such number or picture.
    """
    return bool(_value(parse(condition), _whole(evidence)))


def _whole(evidence: Evidence | Final) -> Evidence:
    return evidence if isinstance(evidence, Evidence) else Evidence(evidence)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _of_this_run(tree: ast.AST) -> Iterator[ast.AST]:
    if isinstance(tree, ast.Call) and _called(tree) == PRESET:
        return
    yield tree
    parts = tree.args if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree)
    for part in parts:
        yield from _of_this_run(part)


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=int() | float()) | ast.Name():
            return
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            parts = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            parts = [left, right]
        case ast.BoolOp(values=values):
            parts = values
        case ast.Compare(ops=ops) if all(type(op) in COMPARISONS for op in ops):
            parts = [node.left, *node.comparators]
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as arguments, keywords=[]):
            parts = _checked_arguments(name, arguments)
        case _:
            raise TypeError(ast.unparse(node))
    for part in parts:
        _check(part)


def _checked_arguments(name: str, arguments: list[ast.expr]) -> list[ast.expr]:
    """Those that are conditions themselves; texts and names stand only where they belong."""
    head, *rest = arguments
    if name in FUNCTIONS and not rest:
        return [head]
    if name in COURSES and isinstance(head, ast.Name) and len(rest) == (name in WITH_STEP):
        return rest
    if name in VIEWS or (name == SHOWS and not rest):
        texts = [part for part in arguments if not isinstance(part, ast.Constant)]
        if isinstance(head, ast.Constant) and isinstance(head.value, str):
            return texts
    if name == PRESET and isinstance(head, ast.Constant) and len(rest) == 1:
        return [head, *rest]
    if (
        name == KNOB
        and len(rest) == 1
        and all(isinstance(part, ast.Constant) for part in arguments)
    ):
        return []
    raise TypeError(name)


def _value(node: ast.expr, evidence: Evidence) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            known = evidence.final[name]
            return math.nan if known is None else known
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, evidence)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, evidence)
        case ast.BinOp(left=left, op=op, right=right):
            return _divided(ARITHMETIC[type(op)], _value(left, evidence), _value(right, evidence))
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, evidence) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, evidence) for value in values)
        case ast.Compare():
            return _compared(node, evidence)
        case ast.Call(args=[head, *rest]):
            return _answer(_called(node), head, rest, evidence)
    raise TypeError(ast.unparse(node))


def _answer(name: str, head: ast.expr, rest: list[ast.expr], evidence: Evidence) -> Any:
    if name in FUNCTIONS:
        return FUNCTIONS[name](_value(head, evidence))
    if name == PRESET:
        return _value(rest[0], evidence.presets[_value(head, evidence)])
    arguments = [_value(part, evidence) for part in rest]
    if name in COURSES and isinstance(head, ast.Name):
        return COURSES[name](evidence.courses[head.id], *arguments)
    picture = _value(head, evidence)
    if name == KNOB:
        return bool(evidence.knobs[picture] == arguments[0])
    if name == SHOWS:
        return picture in evidence.views
    return VIEWS[name](evidence.views[picture], *arguments)


def _compared(node: ast.Compare, evidence: Evidence) -> bool:
    values = [_value(part, evidence) for part in (node.left, *node.comparators)]
    pairs = zip(node.ops, values, values[1:], strict=False)
    return all(COMPARISONS[type(op)](left, right) for op, left, right in pairs)


def _divided(operation: Callable[[Any, Any], Any], left: float, right: float) -> Any:
    try:
        return operation(left, right)
    except ZeroDivisionError:
        return math.nan
