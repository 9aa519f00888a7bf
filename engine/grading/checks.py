"""What a ``check.py`` is written with: the learner's code, and proofs of what it does.

A check is a function of one argument, the learner's `Code`. It returns when it is satisfied and
raises `Wrong` with the key of one of the exercise's messages when it is not. It looks at effects
(numbers, shapes, gradients, parameters before and after) and never at the text. Every call of the
learner's code is watched for what it does besides: to its arguments, and to what is global.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from engine.grading.agreement import Either, agrees, same, shown
from engine.grading.answers import Answers
from engine.grading.counting import grows, kernels, operations
from engine.grading.draw import DTYPES, Draw
from engine.grading.effects import Things
from engine.grading.evidence import Trace, kept, on_step, traced
from engine.grading.loaders import loader, uneven
from engine.grading.surroundings import Generators, Surroundings
from engine.grading.wrong import (
    Wrong,
    apart,
    dtype_name,
    expect,
    farthest,
    near,
    number,
    same_dtype,
)
from engine.grading.wrong import plain as tensor
from engine.probe.probe import watching
from engine.views import AnyView, Scalars

__all__ = [
    "DTYPES",
    "Code",
    "Draw",
    "Either",
    "Trace",
    "Wrong",
    "agrees",
    "apart",
    "dtype_name",
    "expect",
    "farthest",
    "grows",
    "kept",
    "kernels",
    "loader",
    "near",
    "number",
    "on_step",
    "operations",
    "same",
    "same_dtype",
    "show",
    "shown",
    "tensor",
    "traced",
    "uneven",
    "watched",
]


class Code:
    """The learner's names: ``code.descend(...)`` calls theirs, and refuses whatever it does that
    was not asked for; a function that answers None among it.

    ``code.may("moved", "nothing").train(...)`` allows some of it: keys of `engine.grading.effects`,
    "random" (to seed global random numbers), "global-state" and "nothing" (to answer None).
    """

    def __init__(
        self,
        names: dict[str, Any],
        *,
        seed: int | str = 0,
        load: Callable[[], dict[str, Any]] | None = None,
    ) -> None:
        self._names = names
        self._seed = seed
        self._load = load
        self._may: frozenset[str] = frozenset()
        self._draw: Draw | None = None
        self._answers = Answers()
        self.given: dict[str, str] = {}
        """What the check has got of it last, in words; empty before it has got anything."""

    @property
    def draw(self) -> Draw:
        """Where the inputs come from."""
        if self._draw is None:
            self._draw = Draw(self._seed)
        return self._draw

    @property
    def has_drawn(self) -> bool:
        """Whether the inputs would be others with another seed."""
        return self._draw is not None

    def may(self, *effects: str) -> Code:
        """The same code, allowed to do this besides answering."""
        other = Code(self._names, seed=self._seed, load=self._load)
        other.__dict__.update(self.__dict__)
        other._draw, other._may = self.draw, frozenset(effects)
        return other

    def again(self) -> Code:
        """The code loaded once more, as on another machine."""
        other = self.may(*self._may)
        if self._load is not None:
            other._names = self._load()
        return other

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = self.get(name)

        def call(*arguments: Any, **settings: Any) -> Any:
            accepts(function, name, arguments, settings)
            self._answers.settle()
            with self.watching(name_arguments(function, arguments)):
                answer = function(*arguments, **settings)
            if self._answers.has_changed():
                raise Wrong("answer-changed", name=name)
            self._answers.add(answer, arguments)
            self.given.update(name=name, kind=type(answer).__name__)
            if inspect.iscoroutine(answer):
                # Nobody will await it: Python need not complain of that as well.
                answer.close()
            if answer is None and "nothing" not in self._may:
                raise Wrong("returned-nothing", name=name)
            return answer

        return call

    @contextmanager
    def watching(self, things: dict[str, Any]) -> Iterator[None]:
        """Refuse what the block does besides: to these things of the caller's, and globally."""
        before, globally, generators = Things(things), Surroundings(), Generators()
        yield
        if setting := globally.changed_setting():
            globally.restore()
            if "global-state" not in self._may:
                raise Wrong("global-state", setting=setting)
        if effect := before.effect(self._may):
            raise Wrong(effect[0], **effect[1])
        if "random" not in self._may and (seeded := generators.reseeded()):
            raise Wrong("reseeded", by=seeded)

    def get(self, name: str) -> Any:
        """The object of this name as it is: a class, or a function that nobody watches."""
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._names:
            raise Wrong("missing-name", name=name)
        found = self._names[name]
        if not callable(found):
            raise Wrong("not-callable", name=name)
        if inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found):
            raise Wrong("coroutine", name=name)
        self.given.update(name=name, kind=type(found).__name__)
        return found


def accepts(function: Any, name: str, arguments: tuple[Any, ...], settings: dict[str, Any]) -> None:
    """Raise `Wrong` where the function cannot be called like this."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*arguments, **settings)
    except TypeError as error:
        raise Wrong("arguments", message=f"{name}{signature}: {error}.") from error


def name_arguments(function: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Arguments by the names the learner gave them."""
    try:
        return dict(inspect.signature(function).bind(*arguments).arguments)
    except (TypeError, ValueError):
        return {f"argument {count}": each for count, each in enumerate(arguments, 1)}


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
    if _shower is None or not torch.is_grad_enabled():
        yield
        return
    with watching(_shower):
        yield
