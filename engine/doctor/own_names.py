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

PIECE = re.compile(r"<(\w+)(?::([\w|]+))?>")
"""With a colon: only where the method (or function) that is called has that name."""

WHOLE_CALL = re.compile(r"(`<callee>\((?=<first)(?:(?!\.\.\.\))[^`])*)\)`")
"""A repair that shows the call as a whole; one that ends with dots leaves the rest out itself."""

MODULES = {
    *("torch", "nn", "F", "functional", "optim", "init", "dist", "mp", "torchvision", "transforms"),
    *("np", "numpy", "pd", "pandas", "plt", "matplotlib", "sns", "scipy", "sklearn", "cv2", "PIL"),
    *("os", "sys", "math", "random", "json", "pickle", "copy", "time", "Image", "tf", "jnp", "jax"),
}
"""What usually stands before the dot of a function, alone or with parts behind: no receiver."""

CODE = {"others", "callee", "called", "method", "operator"}
"""Pieces that name what is done, not what it is done with."""

UNARY = {"Invert": "~", "USub": "-", "Not": "not "}


def in_own_names(sentence: str, code: str, *, certain: bool) -> str:
    """The sentence with its pieces filled in; empty where one of them is not to be had.

    ``code`` is the failing line or a part of it; ``certain`` that it is exactly what failed, not
    the line around it.
    """
    known = pieces(code, certain=certain)
    for name, methods in PIECE.findall(sentence):
        if not 0 < len(known.get(name, "")) <= LONGEST:
            return ""
        if methods and known.get("called", "") not in methods.split("|"):
            return ""
    if known.get("others", "") and (whole := WHOLE_CALL.search(sentence)):
        named = 2 if "<second" in whole[0] else 1
        sentence = WHOLE_CALL.sub(rf"\1{_others(known, named)})`", sentence)
    return PIECE.sub(lambda match: known[match[1]], sentence)


def _others(known: dict[str, str], named: int) -> str:
    """The arguments a call has besides the first ones, which are kept in a repair."""
    others = known["others"].split("\n")[named:]
    together = ", ".join(others)
    return f", {together if len(together) <= LONGEST else '...'}" if others else ""


def pieces(code: str, *, certain: bool) -> dict[str, str]:
    """What the line has of them: callee, receiver, method, first, second, left, right ...

    A ``layer`` is a callee that is an object of theirs, and no function of a module.
    """
    node = _failing(code, certain=certain)
    found = {name: _text(name, piece) for name, piece in _parts(node)} if node else {}
    if found.get("callee", "").partition(".")[0] not in MODULES:
        found["layer"] = found.get("callee", "")
    return found


def _text(name: str, piece: ast.AST) -> str:
    """A piece as it may stand before a dot; empty for a module, which is nothing of theirs."""
    text = ast.unparse(piece)
    dotted = isinstance(piece, ast.Name | ast.Attribute)
    if name not in CODE and dotted and text.partition(".")[0] in MODULES:
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
        yield "called", ast.Name(ast.unparse(node.func).rpartition(".")[2])
        yield from zip(("first", "second"), _plain(node.args), strict=False)
        yield "others", ast.Name("\n".join(map(ast.unparse, (*node.args, *node.keywords))))
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
