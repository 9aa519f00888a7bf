"""The six steps of a training loop, found in a source: which line is which. Knows no widget.

They are those of the training lesson's page "Six steps".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

STEPS = {
    1: "model and optimizer",
    2: "training mode",
    3: "move the batch",
    4: "forget the old gradients",
    5: "predict, measure the error",
    6: "find the slopes, take a step",
}

MOVES = ("to", "cuda")

OPTIMIZERS = {"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam", "LBFGS"}

Block = list[ast.stmt]


@lru_cache(maxsize=16)
def loop_steps(source: str) -> dict[int, int]:
    """The step of each line that is one; empty where nothing goes backward in a loop."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return {}
    found: dict[int, int] = {}
    optimizers = {name for each in ast.walk(tree) for name in _optimizers(each)}
    for block, is_loop in _blocks(tree.body, set(_closures(tree)), is_loop=False):
        backward = [each for each in block if _calls(each, "backward")]
        if is_loop and backward:
            found |= dict.fromkeys(_forward(block, backward[-1]), 5)
        for each in block:
            if step := _step_of(each, optimizers, is_loop=is_loop):
                found[each.lineno] = step
    is_trained = 5 in found.values() and 6 in found.values()
    return found if is_trained else {}


def _closures(tree: ast.AST) -> Iterator[str]:
    """Functions that an optimizer is handed for its step: it asks them again and again."""
    for each in ast.walk(tree):
        is_step = isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
        if is_step and each.func.attr == "step":  # type: ignore[attr-defined]
            for part in [*each.args, *(word.value for word in each.keywords)]:  # type: ignore[attr-defined]
                if isinstance(part, ast.Name):
                    yield part.id


def _blocks(block: Block, closures: set[str], *, is_loop: bool) -> Iterator[tuple[Block, bool]]:
    """Every list of statements, and whether it is done again and again."""
    block = list(_flat(block))
    yield block, is_loop
    for each in block:
        again = is_loop or isinstance(each, ast.For | ast.While)
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            again = each.name in closures
        for field in ("body", "orelse", "finalbody"):
            if inner := getattr(each, field, None):
                yield from _blocks(inner, closures, is_loop=again)


def _flat(block: Block) -> Iterator[ast.stmt]:
    """A block with what stands under a ``with`` in it."""
    for each in block:
        if isinstance(each, ast.With):
            yield from _flat(each.body)
        else:
            yield each


def _is_optimizer(name: str, known: set[str]) -> bool:
    """Whether a name stands for one; a gradient scaler steps for it."""
    return name in known or not known or "scaler" in name


def _step_of(each: ast.stmt, optimizers: set[str], *, is_loop: bool) -> int:
    """The step that a statement is by itself; 0 for none."""
    if hasattr(each, "body"):
        return 0
    if list(_optimizers(each)):
        return 1
    called = list(_methods(each))
    names = [name for name, _ in called]
    steps = [of for name, of in called if name == "step" and "sched" not in of]
    if "backward" in names or any(_is_optimizer(of, optimizers) for of in steps):
        return 6
    if "zero_grad" in names:
        return 4
    if isinstance(each, ast.Expr) and ast.unparse(each).endswith((".train()", ".train(True)")):
        return 2
    if any(name in MOVES for name in names) and isinstance(each, ast.Assign | ast.Expr):
        return 3 if is_loop else _moves_model(each)
    return 0


def _moves_model(each: ast.stmt) -> int:
    """A module is moved in its place, or takes its own name again; data seldom does."""
    names = _stored(each) if isinstance(each, ast.Assign) else set()
    is_model = any("model" in name.lower() or "net" in name.lower() for name in names)
    return int(is_model or isinstance(each, ast.Expr))


def _forward(block: Block, backward: ast.stmt) -> Iterator[int]:
    """Lines of a block before ``backward()`` that make the loss, and what the loss is made of."""
    before = [each for each in block if each.lineno < backward.lineno and not hasattr(each, "body")]
    wanted = _read(backward)
    for each in reversed(before):
        if not isinstance(each, ast.Assign | ast.AnnAssign | ast.AugAssign):
            continue
        called = [name for name, _ in _methods(each)]
        if wanted & _stored(each) and not any(name in MOVES for name in called):
            wanted |= _read(each)
            yield each.lineno


def _optimizers(node: ast.AST) -> Iterator[str]:
    """Names that stand for an optimizer from here on."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        made = ast.unparse(node.value.func)
        is_one = "optim" in made.lower() or made in OPTIMIZERS
        if is_one and "scheduler" not in made:
            yield from _stored(node)


def _methods(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Methods that are called in a statement, each with what it is called on."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            yield each.func.attr, ast.unparse(each.func.value)


def _calls(node: ast.stmt, method: str) -> bool:
    return not hasattr(node, "body") and any(name == method for name, _ in _methods(node))


def _stored(node: ast.AST) -> set[str]:
    return {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _read(node: ast.AST) -> set[str]:
    return {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }
