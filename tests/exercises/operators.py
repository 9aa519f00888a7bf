"""Slips that people make, as operators on the syntax tree: from a node to what may stand there.

Each takes a node and yields what replaces it: a node, a list of statements, or None for nothing.
They never change the node itself.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

New = ast.AST | list[ast.stmt] | None
Operator = Callable[[ast.AST], Iterator[New]]

# One name for the other, in both directions.
MISTAKEN = (
    ("mean", "sum"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("amax", "amin"),
    ("any", "all"),
    ("std", "var"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("train", "eval"),
    ("add_", "sub_"),
    ("mul_", "div_"),
    ("unsqueeze", "squeeze"),
    ("float32", "float64"),
    ("float", "double"),
    ("mse_loss", "l1_loss"),
    ("cross_entropy", "nll_loss"),
    ("no_grad", "enable_grad"),
    ("SGD", "Adam"),
    ("randperm", "arange"),
    ("relu", "sigmoid"),
    ("Tanh", "Identity"),
)
OTHER_NAME = {a: b for pair in MISTAKEN for a, b in (pair, pair[::-1])}
OTHER_NAME |= {
    "abs": "neg",
    "tensor": "as_tensor",
    "no_grad": "enable_grad",
    "Sequential": "ModuleList",
}

IN_PLACE = {"abs", "add", "sub", "mul", "div", "relu", "clamp", "detach", "squeeze", "unsqueeze"}

# Modules whose functions are no methods.
MODULES = {"torch", "nn", "functional", "F", "np", "math", "copy", "random", "optim", "autograd"}

ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
}

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}


def statement_dropped(node: ast.AST) -> Iterator[New]:
    """A line is missing."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.For | ast.If):
        yield None


def block_opened(node: ast.AST) -> Iterator[New]:
    """What stands in a `with` or an `if` stands alone: `no_grad` removed."""
    if isinstance(node, ast.With | ast.If):
        yield node.body


def decorator_dropped(node: ast.AST) -> Iterator[New]:
    """A `@torch.no_grad()` is missing."""
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        yield _with(node, decorator_list=[])


def argument_dropped(node: ast.AST) -> Iterator[New]:
    """A call without one of its arguments."""
    if isinstance(node, ast.Call):
        for index in range(len(node.keywords)):
            yield _with(node, keywords=_without(node.keywords, index))
        if len(node.args) > 1 or (node.args and isinstance(node.func, ast.Attribute)):
            yield _with(node, args=node.args[:-1])


def arguments_swapped(node: ast.AST) -> Iterator[New]:
    """The first two arguments in the other order, or the two parts of a pair."""
    if isinstance(node, ast.Call) and len(node.args) > 1:
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        yield _with(node, elts=node.elts[::-1])


def constant_nudged(node: ast.AST) -> Iterator[New]:
    """One more, one less, half as much; a switch the other way round; another dimension."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
    elif isinstance(node.value, float):
        yield from (ast.Constant(node.value * 2), ast.Constant(node.value + 0.01))


def name_mistaken(node: ast.AST) -> Iterator[New]:
    """`mean` for `sum`, `eval` for `train`, float64 for float32."""
    if isinstance(node, ast.Attribute) and node.attr in OTHER_NAME:
        yield _with(node, attr=OTHER_NAME[node.attr])
    if isinstance(node, ast.Name) and node.id in ("len", "max", "min", "sum"):
        other = {"len": "sum", "max": "min", "min": "max", "sum": "max"}[node.id]
        yield ast.Name(other, node.ctx)


def method_dropped(node: ast.AST) -> Iterator[New]:
    """A `.detach()`, `.item()`, `.T` or `.unsqueeze(1)` is missing."""
    inner = node.func if isinstance(node, ast.Call) else node
    if isinstance(inner, ast.Attribute) and not _is_module(inner.value):
        is_call = isinstance(node, ast.Call)
        if is_call or inner.attr in ("T", "data", "grad"):
            yield inner.value


def in_place(node: ast.AST) -> Iterator[New]:
    """In place for out of place, and the other way round."""
    if isinstance(node, ast.Attribute) and not _is_module(node.value):
        if node.attr in IN_PLACE:
            yield _with(node, attr=f"{node.attr}_")
        elif node.attr.endswith("_") and not node.attr.endswith("__"):
            yield _with(node, attr=node.attr.rstrip("_"))
    if isinstance(node, ast.AugAssign):
        target = copy.deepcopy(node.target)
        yield ast.Assign([target], ast.BinOp(_load(node.target), node.op, node.value), lineno=1)


def arithmetic(node: ast.AST) -> Iterator[New]:
    """Plus for minus, a factor lost, numerator and denominator swapped."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and (other := ARITHMETIC.get(type(node.op))):
        yield _with(node, op=other())
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
            yield _with(node, left=node.right, right=node.left)
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def comparison(node: ast.AST) -> Iterator[New]:
    """The other way round, or with equality."""
    if isinstance(node, ast.Compare):
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[other(), *node.ops[1:]])


def some_only(node: ast.AST) -> Iterator[New]:
    """Only the first, or all but the first, of what a loop goes through."""
    if isinstance(node, ast.For | ast.comprehension):
        listed = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        for part in (ast.Slice(None, ast.Constant(1)), ast.Slice(ast.Constant(1), None)):
            yield _with(node, iter=ast.Subscript(listed, part, ast.Load()))
    if isinstance(node, ast.List) and len(node.elts) > 1:
        for index in range(len(node.elts)):
            yield _with(node, elts=_without(node.elts, index))


def slice_opened(node: ast.AST) -> Iterator[New]:
    """A slice without its beginning or its end."""
    if isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(node, end) is not None:
                yield _with(node, **{end: None})


def cut_off(node: ast.AST) -> Iterator[New]:
    """`detach` where nobody asked for it; nothing recorded in a function."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Call | ast.BinOp | ast.Name):
        detached = ast.Call(ast.Attribute(node.value, "detach", ast.Load()), [], [])
        yield _with(node, value=detached)
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:
        module = ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant("torch")], [])
        yield _with(
            node, decorator_list=[ast.Call(ast.Attribute(module, "no_grad", ast.Load()), [], [])]
        )


def frozen(node: ast.AST) -> Iterator[New]:
    """An argument keeps the value it had in the first call."""
    if isinstance(node, ast.FunctionDef):
        for argument in node.args.args:
            if argument.arg != "self":
                kept = (
                    f"{argument.arg} = globals().setdefault('first_{argument.arg}', {argument.arg})"
                )
                yield _with(node, body=[*ast.parse(kept).body, *node.body])


def constant_answer(node: ast.AST) -> Iterator[New]:
    """The answer of the first call, for ever."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.parse("return globals().setdefault('first', 0)").body
        first = ast.parse("globals().setdefault('first', 0)", mode="eval").body
        assert isinstance(first, ast.Call)
        yield _with(node, value=_with(first, args=[first.args[0], node.value]))


OPERATORS: tuple[Operator, ...] = (
    statement_dropped,
    constant_nudged,
    name_mistaken,
    method_dropped,
    argument_dropped,
    arguments_swapped,
    arithmetic,
    comparison,
    block_opened,
    some_only,
    in_place,
    cut_off,
    frozen,
    slice_opened,
    decorator_dropped,
    constant_answer,
)


def _is_module(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in MODULES
    return isinstance(node, ast.Name) and node.id in MODULES | {"self"}


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of the node with other parts."""
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _without(items: list[Any], index: int) -> list[Any]:
    return items[:index] + items[index + 1 :]


def _load(target: ast.AST) -> ast.expr:
    """What an assignment's target is worth."""
    loaded = _with(target, ctx=ast.Load())
    assert isinstance(loaded, ast.expr)
    return loaded
