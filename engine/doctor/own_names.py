"""The learner's own names for what an explanation speaks of, from the syntax of the failing line.

``own`` of a rule has pieces such as ``<first>``, the first argument of the call that failed. Where
the line does not tell one of them, or tells it in many words, nobody's name is put in its place:
there is no sentence then. Runs no code; imports no torch.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress

LONGEST = 40
"""Characters of a piece that is repeated."""

PIECE = re.compile(r"<(\w+)>")

MODULES = {"torch", "nn", "F", "np", "numpy", "pd", "torch.nn", "torch.nn.functional", "functional"}
"""What usually stands before the dot of a function, and is no receiver."""

UNARY = {"Invert": "~", "USub": "-", "Not": "not "}


def in_own_names(sentence: str, code: str, *, certain: bool) -> str:
    """The sentence with its pieces filled in; empty where one of them is not to be had.

    ``code`` is the failing line or a part of it; ``certain`` that it is exactly what failed, not
    the line around it.
    """
    known = pieces(code, certain=certain)
    wanted = PIECE.findall(sentence)
    if not all(0 < len(known.get(name, "")) <= LONGEST for name in wanted):
        return ""
    return PIECE.sub(lambda match: known[match[1]], sentence)


def pieces(code: str, *, certain: bool) -> dict[str, str]:
    """What the line has of them: callee, receiver, method, first, second, left, right ..."""
    node = _failing(code, certain=certain)
    return {name: _text(piece) for name, piece in _parts(node)} if node else {}


def _text(piece: ast.AST) -> str:
    """A piece as it may stand before a dot; empty for a module, which is nothing of theirs."""
    text = ast.unparse(piece)
    if text in MODULES:
        return ""
    together = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.List, ast.Tuple)
    return text if isinstance(piece, together) else f"({text})"


def _failing(code: str, *, certain: bool) -> ast.AST | None:
    """The expression that failed; None where the line has several that may have."""
    for text in (code, f"{code}\n    pass") if code.strip() else ():
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            statement = ast.parse(text.strip()).body[-1]
            break
    else:
        return None
    if isinstance(statement, ast.For):
        return statement
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.expr):
        return None
    return value if certain or _alone(value) else None


def _alone(value: ast.expr) -> bool:
    """Whether nothing inside of an expression could have failed in its place."""
    busy = (ast.Call, ast.BinOp, ast.Subscript, ast.UnaryOp)
    return sum(isinstance(node, busy) for node in ast.walk(value)) <= 1


def _parts(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.For):
        node = node.iter
        yield ("looped" if isinstance(node, ast.Name) else "uncalled"), node
    if isinstance(node, ast.Call):
        yield "callee", node.func
        yield from zip(("first", "second"), _plain(node.args), strict=False)
        if isinstance(node.func, ast.Attribute):
            yield "receiver", node.func.value
            yield "method", ast.Name(node.func.attr)
    elif isinstance(node, ast.BinOp):
        yield from (("left", node.left), ("right", node.right))
    elif isinstance(node, ast.UnaryOp) and type(node.op).__name__ in UNARY:
        yield "operand", node.operand
        yield "operator", ast.Name(UNARY[type(node.op).__name__])
    elif isinstance(node, ast.Subscript):
        yield from (("receiver", node.value), ("uncalled", node.value))
        if not isinstance(node.slice, ast.Slice | ast.Tuple):
            yield "index", node.slice
    elif isinstance(node, ast.Attribute):
        yield "receiver", node.value


def _plain(arguments: list[ast.expr]) -> list[ast.expr]:
    """Arguments up to the first that stands for several."""
    starred = [isinstance(each, ast.Starred) for each in arguments]
    return arguments[: starred.index(True)] if True in starred else arguments
