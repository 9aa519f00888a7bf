"""Code that is typed in at a prompt is there to be read before Python answers."""

from __future__ import annotations

from importlib import import_module

import pytest

from engine.views import Code, Text
from lessons.format import catalog
from lessons.format.schema import Experiment

PROMPT = ">>> "
ALL = [each for lesson in catalog.lessons() for each in lesson.experiments]
TYPED = [each for each in ALL if "transcript(" in each.source or "wrong_and_right(" in each.source]


@pytest.mark.parametrize("experiment", TYPED, ids=lambda each: f"{each.topic}.{each.function}")
def test_what_is_typed_is_the_first_that_is_shown(experiment: Experiment) -> None:
    run = getattr(import_module(f"engine.experiments.{experiment.topic}"), experiment.function)
    code, answered, *_ = run()
    assert isinstance(code, Code)
    assert isinstance(answered, Text)
    assert (code.plot, code.name) == (answered.plot, answered.name)
    typed = [
        line[len(PROMPT) :] for line in answered.text.splitlines() if line[:4] in (PROMPT, "... ")
    ]
    assert [line for line in code.source.splitlines() if line] == [line for line in typed if line]


def test_all_pages_of_mistakes_are_among_them() -> None:
    assert sum(each.function == "mistakes" for each in TYPED) >= 6
