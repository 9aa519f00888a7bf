"""The assertions a ``check.py`` is written with: the learner's code, and proofs of what it does.

A check is a function of one argument, the learner's `Code`. It returns when it is satisfied and
raises `Wrong` with the key of one of the exercise's messages when it is not. It looks at effects
(numbers, shapes, gradients, parameters before and after) and never at the text.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from engine.grading.counting import operations
from engine.grading.evidence import Trace, kept, on_step, traced
from engine.probe.probe import watching
from engine.views import AnyView, Scalars

__all__ = [
    "Code",
    "Trace",
    "Wrong",
    "expect",
    "kept",
    "near",
    "number",
    "on_step",
    "operations",
    "show",
    "tensor",
    "traced",
    "watched",
]


class Wrong(Exception):
    """The code does not do what the exercise asks. ``facts`` fill the braces of the message."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Code:
    """The learner's names: ``code.descend(...)`` calls theirs and refuses an answer of None."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self.given: dict[str, str] = {}
        """What the check has got of it last, in words; empty before it has got anything."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = self.get(name)

        def call(*arguments: Any, **settings: Any) -> Any:
            answer = function(*arguments, **settings)
            self.given = {"name": name, "kind": type(answer).__name__}
            if answer is None:
                raise Wrong("returned-nothing", name=name)
            if inspect.iscoroutine(answer):
                answer.close()
                raise Wrong("coroutine", name=name)
            return answer

        return call

    def get(self, name: str) -> Any:
        """The object of this name as it is: a class, or a function that may return None."""
        if name not in self._names:
            raise Wrong("missing-name", name=name)
        found = self._names[name]
        if not callable(found):
            raise Wrong("not-callable", name=name)
        if inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found):
            raise Wrong("coroutine", name=name)
        self.given = {"name": name, "kind": type(found).__name__}
        return found


def expect(condition: object, key: str, **facts: Any) -> None:
    """Raise `Wrong` with this message unless the condition holds."""
    if not condition:
        raise Wrong(key, **facts)


def tensor(value: Any, name: str) -> Tensor:
    """The value, which has to be a tensor; ``name`` is what the message calls it."""
    if not isinstance(value, Tensor):
        raise Wrong("not-a-tensor", name=name, kind=type(value).__name__)
    return value


def number(value: Any, name: str) -> float:
    """The value as a float: a number, or a tensor with one element."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value.detach())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, Tensor):
        raise Wrong("many-numbers", name=name, shape=tuple(value.shape))
    raise Wrong("not-a-number", name=name, kind=type(value).__name__)


def near(one: Any, other: Any, tolerance: float = 1e-4) -> bool:
    """Whether two numbers or tensors of one shape agree, relative to the larger ones in them."""
    a, b = (torch.as_tensor(value).detach().double() for value in (one, other))
    if a.shape != b.shape:
        return False
    return torch.allclose(a, b, rtol=tolerance, atol=tolerance * float(b.abs().max().clamp(1e-3)))


# What a check shows on the screen beside its verdict. Set while a run is on.
_shower: Callable[[AnyView | Scalars], float] | None = None


def show_with(shower: Callable[[AnyView | Scalars], float] | None) -> None:
    """Where `show` sends its views."""
    global _shower
    _shower = shower


def show(*views: AnyView | Scalars) -> None:
    """Draw something beside the verdict: data, a fit, a curve."""
    if _shower is not None:
        for view in views:
            _shower(view)


@contextmanager
def watched() -> Iterator[None]:
    """Draw the loss of what is trained in this block beside the verdict."""
    if _shower is None:
        yield
        return
    with watching(_shower):
        yield
