"""Find a model that is judged in training mode, in the text of the script and its variables.

To be told of each call of Dropout would mean to stand in its way. What can be known without: which
blocks without gradients compare what a model answers, that the script never calls ``eval()``, and
that the model, where we see it, is in training mode and has layers for which that matters.
"""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType
from typing import Any, NamedTuple

from torch import nn

WITHOUT_GRADIENTS = re.compile(r"\b(no_grad|inference_mode)\b")
EVALUATES = re.compile(r"\.eval\(|\.train\(\s*(mode\s*=\s*)?False|\.training\s*=")
JUDGES = re.compile(
    r"loss|criterion|cross_entropy|nll|mse|accura|correct|metric|score", re.IGNORECASE
)
LARGEST = 1 << 20


class Judging(NamedTuple):
    """A model that is judged in training mode."""

    line: int
    kind: str
    """The layer for which the mode matters."""


class _Block(NamedTuple):
    line: int
    models: frozenset[str]
    """Names that are called in it."""


def judged_in_training(frame: FrameType, names: dict[str, Any]) -> Judging | None:
    """The first model that the frame's file judges so, of the variables of that frame."""
    for block in _blocks(frame.f_code.co_filename):
        for name in sorted(block.models):
            model = names.get(name)
            if isinstance(model, nn.Module) and model.training:
                kind = _minds(model)
                if kind:
                    return Judging(block.line, kind)
    return None


def _minds(model: nn.Module) -> str:
    for layer in model.modules():
        if isinstance(layer, nn.modules.dropout._DropoutNd) and layer.training and layer.p > 0:
            return type(layer).__name__
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and layer.training:
            return type(layer).__name__
    return ""


@lru_cache(maxsize=64)
def _blocks(file: str) -> tuple[_Block, ...]:
    text = "".join(linecache.getlines(file))
    if not text or len(text) > LARGEST or EVALUATES.search(text):
        return ()
    try:
        return tuple(_judging(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return ()


def _judging(tree: ast.AST) -> Iterator[_Block]:
    for node in ast.walk(tree):
        if isinstance(node, ast.With):
            heads: list[ast.expr] = [item.context_expr for item in node.items]
        elif isinstance(node, ast.FunctionDef):
            heads = node.decorator_list
        else:
            continue
        if any(WITHOUT_GRADIENTS.search(ast.unparse(head)) for head in heads):
            judged = frozenset(_judged(node))
            if judged:
                yield _Block(node.lineno, judged)


def _judged(block: ast.With | ast.FunctionDef) -> Iterator[str]:
    """Names of what is called in a block for an answer that is then compared."""
    answers: dict[str, set[str]] = {}
    for node in ast.walk(block):
        if isinstance(node, ast.Assign):
            called = set(_called(node.value))
            for target in node.targets:
                if isinstance(target, ast.Name):
                    answers.setdefault(target.id, set()).update(called)
    for node in ast.walk(block):
        compares = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)
        if compares or (isinstance(node, ast.Call) and JUDGES.search(ast.unparse(node.func))):
            for part in ast.walk(node):
                if part is not node and isinstance(part, ast.Call):
                    yield from _called(part)
                elif isinstance(part, ast.Name):
                    yield from answers.get(part.id, ())


def _called(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id
