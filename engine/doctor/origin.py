"""Who raised an exception: the learner's own ``raise``, another library, or PyTorch and Python.

What somebody wrote into a ``raise`` of their own may use PyTorch's words, and means what they meant
by it. So a rule that knows a message keeps quiet where the message is not the one it knows. Imports
no torch.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from engine.doctor.error_context import ErrorContext

RAISE = re.compile(r"raise\b(?:\s+(?P<kind>[\w.]+))?")

PACKAGE = re.compile(r"(?:site|dist)-packages/(?P<name>[\w-]+)")

FAMILY = re.compile(r"torch|lightning|pytorch|functorch|triton|numpy")
"""Packages whose errors the rules are written for, by how their names begin."""

BY_ANYBODY = {"companions", "processes", "data", "devices"}
"""Topics of errors that other libraries raise as well."""

FOREIGN = re.compile(r"\b(?:tf|keras|paddle|jnp|jax|mindspore|oneflow|mx|tinygrad)\.\w")
FOREIGN_PACKAGE = re.compile(r"tensorflow|keras|paddle|jax|mindspore|oneflow|mxnet|tinygrad|cupy")

OF_TENSOR = re.compile(r"'Tensor' object has no attribute '(?P<name>\w+)'")


def by_hand(context: ErrorContext) -> bool:
    """Whether the learner's own line raised it, with words of the learner's."""
    if context.functions or "SyntaxError" in context.names:
        return False
    found = RAISE.match(context.code)
    if not found:
        return False
    kind = (found["kind"] or "").rpartition(".")[2]
    # What fails while the exception is being made is not the exception.
    return not (kind[:1].isupper() and context.names and kind != context.names[0])


def by_others(context: ErrorContext) -> bool:
    """Whether another library raised it, with words of its own."""
    package = _package(context)
    return bool(package and not FAMILY.match(package) and RAISE.match(context.innermost))


def of_another_tensor(context: ErrorContext) -> bool:
    """Whether the ``Tensor`` that is spoken of cannot be PyTorch's."""
    if FOREIGN.search(context.failing or context.source):
        return True
    if FOREIGN_PACKAGE.match(_package(context)):
        return True
    found = OF_TENSOR.search(context.message)
    if not found:
        return False
    code = context.statement or context.source
    own = re.search(rf"\bself\.{found['name']}\b|(?<![\w.])Tensor\(", code)
    return bool(own) or found["name"] in tensor_names() or _is_own_class(context)


def _is_own_class(context: ErrorContext) -> bool:
    """Of a live exception: whether the value on the line is of a ``Tensor`` from elsewhere."""
    kinds = [type(one.value) for one in context.named]
    tensors = [kind for kind in kinds if kind.__name__ == "Tensor"]
    # A printed tensor is read into a class of ours.
    ours = ("torch", "engine.doctor")
    return bool(tensors) and not any(kind.__module__.startswith(ours) for kind in tensors)


def _package(context: ErrorContext) -> str:
    """The package of the innermost frame; empty for the learner's own and for Python's."""
    place = context.functions[-1] if context.functions else ""
    found = PACKAGE.search(place)
    return found["name"] if found else ""


@cache
def tensor_names() -> frozenset[str]:
    """Public attributes and methods every tensor of PyTorch's has."""
    return frozenset(Path(__file__).with_name("tensor_names.txt").read_text("utf-8").split())
