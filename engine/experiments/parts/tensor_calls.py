"""What a learner does to a tensor `t`, as text: a chain of calls and slices, and nothing else.

Only what the whitelist names is understood: methods that look at a tensor in another way, or copy
it. Whether PyTorch can do it is PyTorch's answer.
"""

from __future__ import annotations

import ast
from typing import Any

from torch import Tensor

METHODS = (
    "clone", "contiguous", "expand", "flatten", "flip", "movedim", "narrow", "permute",
    "reshape", "select", "squeeze", "t", "transpose", "unsqueeze", "view",
)  # fmt: skip
LONGEST = 200
"""Characters of a chain."""


def applied(text: str, tensor: Tensor) -> Tensor:
    """The result of a chain such as ``t.t().reshape(12)`` or ``t[:, ::2]``.

    Raises:
        ValueError: it holds something that is not understood; the message says what is.
        RuntimeError, IndexError, TypeError: PyTorch's, where it cannot be done.
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"not an expression: {text}") from error
    return _applied(tree, tensor)


def _applied(node: ast.expr, tensor: Tensor) -> Tensor:
    match node:
        case ast.Name(id="t"):
            return tensor
        case ast.Call(func=ast.Attribute(value=before, attr=name), args=arguments, keywords=[]):
            if name in METHODS:
                values = [_number(argument) for argument in arguments]
                result: Tensor = getattr(_applied(before, tensor), name)(*values)
                return result
        case ast.Subscript(value=before, slice=index):
            return _applied(before, tensor)[_index(index)]
    raise ValueError(
        f"{ast.unparse(node)} is not understood; use t, slices such as t[:, ::2], "
        f"and t.{', t.'.join(METHODS)}"
    )


def _index(node: ast.expr) -> Any:
    match node:
        case ast.Tuple(elts=parts):
            return tuple(map(_index, parts))
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(part and _number(part) for part in (lower, upper, step)))
        case ast.Constant(value=None):
            return None
    return _number(node)


def _number(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
    raise ValueError(f"{ast.unparse(node)} is not a whole number")
