"""What may stand in a text knob: read as text, so that a typo is refused before anything runs.

Each form takes exactly what the experiments that read it take; a test compares the two.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

LONGEST = 200
"""Characters of an expression."""

NAMES = ("w", "x", "b", "t")
FUNCTIONS = ("abs", "cos", "exp", "log", "mean", "relu", "sigmoid", "sin", "sqrt", "sum", "tanh")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)

METHODS = (
    "clone", "contiguous", "expand", "flatten", "flip", "movedim", "narrow", "permute",
    "reshape", "select", "squeeze", "t", "transpose", "unsqueeze", "view",
)  # fmt: skip

MOST_DIMENSIONS, MOST_NUMBERS = 4, 10_000
"""Of a shape that can be looked at."""


def is_numbers(text: str) -> bool:
    """ "3", or "1, 2, 3"."""
    value = _literal(text)
    return _is_number(value) or (
        isinstance(value, tuple | list) and bool(value) and all(map(_is_number, value))
    )


def is_nested(text: str) -> bool:
    """A number, or lists of numbers in lists, "[[1, 2], [3, 4]]"; "" is an empty one."""
    return _holds_numbers(_literal(text.strip() or "[]"))


def is_shape(text: str) -> bool:
    """Whole numbers with commas between them, "2, 3"; "" is the shape of a single number."""
    text = text.strip().rstrip(",")
    sizes = _literal(f"({text},)" if text else "()")
    return (
        isinstance(sizes, tuple)
        and len(sizes) <= MOST_DIMENSIONS
        and all(isinstance(size, int) and size >= 0 for size in sizes)
        and math.prod(sizes) <= MOST_NUMBERS
    )


def is_expression(text: str) -> bool:
    """Arithmetic over `NAMES` and `FUNCTIONS`."""
    if len(text) > LONGEST:
        return False
    try:
        return _is_piece(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def is_chain(text: str) -> bool:
    """Calls of `METHODS` and slices of a tensor t, one after the other: "t.t().reshape(12)"."""
    if len(text) > LONGEST:
        return False
    try:
        return _is_chain(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


FORMS: dict[str, Callable[[str], bool]] = {
    "": lambda _: True,
    "numbers": is_numbers,
    "nested": is_nested,
    "shape": is_shape,
    "expression": is_expression,
    "chain": is_chain,
}
"""By the name that stands in a manifest."""


def _literal(text: str) -> Any:
    """The value that Python reads in a text; None where it reads none."""
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _holds_numbers(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_holds_numbers, value))
    return _is_number(value)


def _is_piece(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float() as number):
            return not isinstance(number, bool)
        case ast.Name(id=name):
            return name in NAMES
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_piece(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return isinstance(op, OPERATORS) and _is_piece(left) and _is_piece(right)
        case ast.Call(func=ast.Name(id=name), args=[only], keywords=[]):
            return name in FUNCTIONS and _is_piece(only)
    return False


def _is_chain(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name == "t"
        case ast.Call(func=ast.Attribute(value=before, attr=name), args=numbers, keywords=[]):
            return name in METHODS and all(map(_is_whole, numbers)) and _is_chain(before)
        case ast.Subscript(value=before, slice=index):
            return _is_index(index) and _is_chain(before)
    return False


def _is_index(node: ast.expr) -> bool:
    match node:
        case ast.Tuple(elts=parts):
            return all(map(_is_index, parts))
        case ast.Slice(lower=lower, upper=upper, step=step):
            return all(part is None or _is_whole(part) for part in (lower, upper, step))
        case ast.Constant(value=None):
            return True
    return _is_whole(node)


def _is_whole(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() as number):
            return not isinstance(number, bool)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_whole(operand)
    return False
