"""The conditions of a prediction's choices: small comparisons of a run's closing numbers."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

Final = Mapping[str, float | None]
"""The last value of every scalar; None stands for NaN or infinity."""

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


@lru_cache
def parse(condition: str) -> ast.expr:
    """The condition's tree.

    Raises:
        ValueError: not a condition: numbers, names, + - * /, comparisons, and, or, not, abs(),
            finite() are all there is.
    """
    try:
        tree = ast.parse(condition.strip(), mode="eval").body
        _value(tree, dict.fromkeys(names(tree), 1.0))
    except (SyntaxError, KeyError, TypeError) as error:
        raise ValueError(f"not a condition: {condition}") from error
    return tree


def names(tree: ast.expr) -> set[str]:
    """The scalars a condition speaks of."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return used - FUNCTIONS.keys()


def holds(condition: str, final: Final) -> bool:
    """Whether the closing numbers fulfil the condition; a NaN fulfils no comparison.

    Raises:
        ValueError: not a condition.
        KeyError: the run has no such number.
    """
    return bool(_value(parse(condition), final))


def _value(node: ast.expr, final: Final) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            known = final[name]
            return math.nan if known is None else known
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, final)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, final)
        case ast.BinOp(left=left, op=op, right=right):
            return _divided(ARITHMETIC[type(op)], _value(left, final), _value(right, final))
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, final) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, final) for value in values)
        case ast.Compare():
            return _compared(node, final)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            return FUNCTIONS[name](_value(argument, final))
    raise TypeError(ast.unparse(node))


def _compared(node: ast.Compare, final: Final) -> bool:
    numbers = [_value(part, final) for part in (node.left, *node.comparators)]
    pairs = zip(node.ops, numbers, numbers[1:], strict=False)
    return all(COMPARISONS[type(op)](left, right) for op, left, right in pairs)


def _divided(operation: Callable[[Any, Any], Any], left: float, right: float) -> Any:
    try:
        return operation(left, right)
    except ZeroDivisionError:
        return math.nan
