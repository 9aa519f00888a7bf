"""A learner's own expression over a few tensors, computed piece by piece with PyTorch.

Only what the whitelist names is understood, so nothing but arithmetic can happen. Each piece keeps
its tensor, and through it the node that autograd made for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import add, mul, neg, pow, sub, truediv  # noqa: A004 - the operator itself
from typing import Any

import torch
from torch import Tensor

from engine.views import Graph, Node

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
    ast.Pow: pow,
}
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    name: getattr(torch, name)
    for name in (
        "abs", "cos", "exp", "log", "mean", "relu", "sigmoid", "sin", "sqrt", "sum", "tanh",
    )
}  # fmt: skip
LONGEST = 200
"""Characters of an expression; more would not fit any picture."""


@dataclass(eq=False)
class Piece:
    """A part of an expression: its text, its value, and the parts it was made from."""

    text: str
    value: Tensor
    inputs: list[Piece] = field(default_factory=list)
    function: Callable[..., Any] | None = None
    """What made it of its inputs."""

    def made_by(self, *values: Tensor) -> Tensor:
        """The same operation on other values."""
        assert self.function is not None
        numbers = [
            one.value.item() if _is_number(one) else value
            for one, value in zip(self.inputs, values, strict=True)
        ]
        made: Tensor = self.function(*numbers)
        return made

    @property
    def grad_fn(self) -> Any:
        """Autograd's node for this piece; a leaf that wants a gradient has one as well."""
        if not self.value.requires_grad:
            return None
        edge = torch.autograd.graph.get_gradient_edge(self.value)
        return edge.node

    def walk(self) -> Iterator[Piece]:
        """Every piece once, inputs before the pieces that use them."""
        yield from self._walk(set())

    def _walk(self, seen: set[int]) -> Iterator[Piece]:
        if id(self) not in seen:
            seen.add(id(self))
            for one in self.inputs:
                yield from one._walk(seen)
            yield self


def evaluate(expression: str, names: dict[str, Tensor]) -> Piece:
    """The value of the expression, with all the pieces it was made from.

    Raises:
        ValueError: it holds something that is not understood; the message says what is.
    """
    if len(expression) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    leaves = {name: Piece(name, tensor) for name, tensor in names.items()}
    try:
        return _piece(ast.parse(expression.strip(), mode="eval").body, leaves)
    except SyntaxError as error:
        raise ValueError(f"not an expression: {expression}") from error
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(f"cannot be computed: {error}") from error


def _piece(node: ast.expr, leaves: dict[str, Piece]) -> Piece:
    text = ast.unparse(node)
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Piece(f"{number:g}", torch.tensor(float(number)))
        case ast.Name(id=name) if name in leaves:
            return leaves[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _applied(neg, text, [_piece(operand, leaves)])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            inputs = [_piece(left, leaves), _piece(right, leaves)]
            return _applied(OPERATORS[type(op)], text, inputs)
        case ast.Call(func=ast.Name(id=name), args=[only], keywords=[]) if name in FUNCTIONS:
            return _applied(FUNCTIONS[name], text, [_piece(only, leaves)])
    raise ValueError(
        f"{text} is not understood; use {', '.join(leaves)}, numbers, + - * / ** "
        f"and {', '.join(FUNCTIONS)}"
    )


def _applied(function: Callable[..., Tensor], text: str, inputs: list[Piece]) -> Piece:
    # Plain numbers stay numbers, as in the learner's own code: w ** 2, not w ** tensor(2).
    numbers = [one.value.item() if _is_number(one) else one.value for one in inputs]
    value = function(*numbers)
    tensor = value if isinstance(value, Tensor) else torch.tensor(value)
    return Piece(text, tensor, inputs, function)


def _is_number(piece: Piece) -> bool:
    return not piece.inputs and piece.text[0].isdigit()


def drawn(root: Piece, gradients: dict[Any, str] | None = None, arrived: int = 0) -> Graph:
    """The graph autograd made: operations and leaves from `grad_fn`, constants beside them.

    ``gradients`` are texts by autograd node, in the order of their arrival; so many have
    ``arrived``, and the node of the last one is at work now.
    """
    pieces = [piece for piece in root.walk() if piece.grad_fn or piece is root]
    edges = [(one, piece) for piece in pieces for one in piece.inputs if piece.grad_fn]
    shown_pieces = dict.fromkeys([*(one for one, _ in edges), *pieces])
    names = {
        piece: f"n{number}"
        for number, piece in enumerate(one for one in root.walk() if one in shown_pieces)
    }
    expected = gradients or {}
    here = dict(list(expected.items())[:arrived])
    nodes = [
        Node(
            name,
            title(piece.grad_fn) if piece.inputs and piece.grad_fn else piece.text,
            shown(piece.value),
            here.get(piece.grad_fn, ""),
            _kind(piece, root),
            bool(here) and piece.grad_fn is list(here)[-1],
            len(expected.get(piece.grad_fn, "")),
        )
        for piece, name in names.items()
    ]
    return Graph(nodes, [(names[one], names[piece]) for one, piece in edges])


def _kind(piece: Piece, root: Piece) -> str:
    if not piece.grad_fn:
        return "constant"
    if piece is root:
        return "output"
    return "op" if piece.inputs else "leaf"


def title(node: Any) -> str:
    """An autograd node's name without its ending: MulBackward0 is Mul."""
    return str(node.name()).rpartition("::")[2].partition("Backward")[0]


def shown(tensor: Tensor) -> str:
    """A value in few characters: 2, or [1, 2, 3], with … in long ones."""
    if tensor.dim() == 0:
        return f"{tensor.item():.4g}"
    numbers = [f"{number:.4g}" for number in tensor.detach().flatten()[:4].tolist()]
    return f"[{', '.join(numbers)}{', …' if tensor.numel() > 4 else ''}]"
