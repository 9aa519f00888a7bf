"""Verdicts: each way an answer can fail has its message, however the answer is written."""

from __future__ import annotations

import pytest

from engine.process.protocol import Check, RunFailed, RunFinished, Verdict
from lessons.format import catalog
from tests.learner_runs import WALK, check, done, walking
from tests.runs import Runs

SOLUTION = catalog.exercise(WALK).solution


async def test_a_verdict_grows_and_passes(engine: Runs) -> None:
    judged = await check(engine, WALK, SOLUTION)
    verdicts = judged.all(Verdict)
    passed = [sum(each.outcome == "passed" for each in v.results) for v in verdicts]
    assert passed == sorted(passed)
    assert verdicts[-1].passed
    assert isinstance(judged.end, RunFinished)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("sys.exit()", "left-early"),
        ("sys.exit(3)", "left-early"),
        ("return", "returned-nothing"),
        ("return 'two'", "not-a-number"),
        ("import torch\nreturn torch.zeros(2)", "many-numbers"),
        ("return [0.0] * 10**12", "memory"),
        ("return undefined", "raised-unknown-name"),
        ("input('lr? ')", "raised-no-keyboard"),
        ("def deeper(n):\n    return deeper(n + 1)\ndeeper(0)", "raised-recursion"),
        ("class Odd(BaseException):\n    pass\nraise Odd('why')", "raised"),
    ],
)
async def test_each_way_out_has_its_message(engine: Runs, body: str, key: str) -> None:
    judged = await check(engine, WALK, walking(body))
    assert judged.results[0].key == key, judged.results[0]
    assert judged.results[0].message
    assert all(each.outcome == "open" for each in judged.results[1:])


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("", "missing-name"),
        ("descend = 3\n", "not-callable"),
        ("def descend():\n    return 1.0\n", "arguments"),
        ("import sys\nsys.exit()\n", "left-early"),
        ("1 / 0\n", "raised-division-by-zero"),
        (SOLUTION.replace("\n", "\r\n"), ""),
        (SOLUTION.replace("    ", "\t"), ""),
        (SOLUTION + "\nprint('\\x1b[2J\\x1b]0;title\\x07' * 3)\n", ""),
        (SOLUTION + "\nfor i in range(100_000):\n    print(i)\n", ""),
        (SOLUTION + "\nif __name__ == '__main__':\n    1 / 0\n", ""),
    ],
)
async def test_odd_sources_are_judged_all_the_same(engine: Runs, code: str, key: str) -> None:
    judged = await check(engine, WALK, code)
    failed = [each.key for each in judged.results if each.outcome == "failed"]
    assert failed == ([key] if key else [])


async def test_an_unclosed_bracket_is_shown_in_its_line(engine: Runs) -> None:
    judged = await check(engine, WALK, "def descend(f, start, lr, steps):\n    return (f\n")
    assert isinstance(judged.end, RunFailed)
    assert judged.end.error == "SyntaxError"
    assert (judged.end.frames[-1].line, judged.end.frames[-1].column) == (2, 8)
    assert judged.explained == "never-closed"


PROOF = """
from engine.grading.checks import Code, expect, number

def doubles(code: Code) -> None:
    got = number(code.double(2), "double(2)")
    expect(got == 4, "not-twice", got=got)
"""


@pytest.mark.parametrize(("body", "said"), [("x * 2", ""), ("x + 3", "2 became 5.0.")])
async def test_a_check_that_no_lesson_holds_is_judged_as_well(
    engine: Runs, body: str, said: str
) -> None:
    job = Check(
        f"def double(x):\n    return {body}\n",
        file="double.py",
        check=PROOF,
        proves={"doubles": "It doubles"},
        says={"not-twice": "2 became {got}."},
    )
    (result,) = (await done(engine, job)).results
    assert (result.title, result.message) == ("It doubles", said)
    assert result.outcome == ("failed" if said else "passed")
