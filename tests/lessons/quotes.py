"""Numbers and words quoted in prose, each with the expression that computes it again.

A quote is written ``2.61<!--= expression -->``. The expression may use `final`, which runs an
experiment, and a few functions of the engine. Its value must round to the digits shown; a word must
be equal; a truth must be true. ``<!--= expression within 20% -->`` allows a relative difference.
"""

from __future__ import annotations

import math
import random
import re
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from engine.experiments import activations, data, models, optimizers, tensors
from engine.views import Scalars
from lessons.format import catalog
from lessons.format.schema import Lesson

QUOTE = re.compile(r"(\S+?)[`*]*<!--=\s*(.*?)\s*-->", re.DOTALL)
WITHIN = re.compile(r"(.*)\swithin\s+(\d+(?:\.\d+)?)%", re.DOTALL)


def quotes(lesson: Lesson) -> list[tuple[str, str]]:
    """Every quoted word of a lesson's prose, with its expression."""
    text = (lesson.folder / "lesson.en.md").read_text(encoding="utf-8")
    found = QUOTE.findall(text)
    assert len(found) == text.count("<!--="), "a marker follows its word at once"
    return [(word.strip("*`(,.;:"), " ".join(expression.split())) for word, expression in found]


@cache
def _final(name: str, seed: int, knobs: tuple[tuple[str, Any], ...]) -> SimpleNamespace:
    experiment = catalog.experiment(name)
    function = getattr(import_module(f"engine.experiments.{experiment.topic}"), experiment.function)
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    last: dict[str, float] = {}
    for view in function(**dict(knobs)):
        if isinstance(view, Scalars):
            last |= {name: _number(value) for name, value in view.values.items()}
    return SimpleNamespace(**last)


def _number(value: Any) -> float:
    return float(value.item() if hasattr(value, "item") else value)


def final(name: str, seed: int = 0, **knobs: Any) -> SimpleNamespace:
    """The last value of every scalar of a run; runs are remembered."""
    return _final(name, seed, tuple(sorted(knobs.items())))


NAMES = {
    "final": final,
    "finite": math.isfinite,
    "torch": torch,
    "np": np,
    "math": math,
    "activations": activations,
    "data": data,
    "models": models,
    "optimizers": optimizers,
    "tensors": tensors,
}


def check(word: str, expression: str) -> None:
    """Compute the expression, and compare it with the word as it is printed.

    Raises:
        AssertionError: the prose says something else.
    """
    within = WITHIN.fullmatch(expression)
    value = eval(within[1] if within else expression, dict(NAMES))
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        assert value, f"{word!r}: {expression} is false"
    elif isinstance(value, str):
        assert word == value, f"{word!r} is {value!r}: {expression}"
    else:
        shown = float(word.replace("−", "-").rstrip("%×"))
        decimals = len(word.rstrip("%×").partition(".")[2])
        allowed = abs(shown) * float(within[2]) / 100 if within else 0.5 * 10**-decimals * 1.001
        assert abs(value - shown) <= allowed, f"{word} is {value}: {expression}"
