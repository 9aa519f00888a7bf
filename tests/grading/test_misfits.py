"""A name or an answer of a wrong kind is the learner's: never "the check failed"."""

from __future__ import annotations

import ast

import pytest

from engine.process.protocol import Check
from lessons.format import catalog
from lessons.format.exercises import Exercise
from tests.learner_runs import check, done
from tests.runs import Runs

EXERCISES = list(catalog.exercises())

SLOPE = "autograd/slope-at-a-point"


def names(exercise: Exercise) -> list[str]:
    """The functions and classes that an exercise asks for."""
    body = ast.parse(exercise.stub).body
    return [each.name for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
@pytest.mark.parametrize("last", ["{} = 3", "async def {}(*a, **k): return 1.0"])
async def test_a_name_of_another_kind_is_the_learners(
    engine: Runs, exercise: Exercise, last: str
) -> None:
    code = exercise.solution
    for name in names(exercise):
        code += f"\n{last.format(name)}\n"
    judged = await check(engine, exercise.name, code, seconds=30.0)
    failed = next(each for each in judged.results if each.outcome == "failed")
    assert failed.key in ("not-callable", "coroutine"), failed
    assert "engine" not in judged.printed


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("slope = 3\n", "not-callable"),
        ("slope = 'text'\n", "not-callable"),
        ("async def slope(f, at):\n    return 12.0\n", "coroutine"),
        ("async def slope(f, at):\n    yield 12.0\n", "coroutine"),
        ("async def it():\n    return 1.0\ndef slope(f, at):\n    return it()\n", "not-a-number"),
        ("def slope(f, at):\n    return 'text'\n", "not-a-number"),
    ],
)
async def test_what_is_no_answer_is_called_so(engine: Runs, code: str, key: str) -> None:
    judged = await check(engine, SLOPE, code)
    assert judged.results[0].key == key, judged.results[0]
    assert "never awaited" not in judged.printed


PROOFS = """
from engine.grading.checks import Code

def early(code: Code) -> None:
    [].missing

def late(code: Code) -> None:
    code.make().missing
"""


@pytest.mark.parametrize(("proof", "key"), [("early", "check-failed"), ("late", "unfit")])
async def test_the_check_failed_only_before_it_got_anything(
    engine: Runs, proof: str, key: str
) -> None:
    job = Check("def make():\n    return 3\n", file="m.py", check=PROOFS, proves={proof: "It"})
    (result,) = (await done(engine, job)).results
    assert result.key == key
    if key == "unfit":
        assert "of type int, by way of `make`" in result.message
