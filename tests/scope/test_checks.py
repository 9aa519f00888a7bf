"""An answer is judged under the microscope as without it; the learner's file alone is followed."""

from __future__ import annotations

import pytest

from engine.process.protocol import Check, RunFinished, Stopped, Verdict
from lessons.format.catalog import exercise
from tests.runs import Runs
from tui.state.check_job import check_job

NAMES = ["tensors/standardise", "autograd/step-by-hand", "training/write-the-loop"]


async def judged(engine: Runs, job: Check, *, scope: bool) -> list[tuple[str, str, str, str]]:
    """What is said of every check."""
    run = engine.begin(job, seed=7, scope=scope)
    if scope:
        await engine.until(Stopped, run, such=lambda e: e.held)
        engine.engine.walk(run, "end")
    assert isinstance(await engine.ended(run), RunFinished)
    last = [e for e in engine.events if isinstance(e, Verdict) and e.run_id == run][-1]
    return [(each.name, each.outcome, each.key, each.message) for each in last.results]


def answers(name: str) -> list[str]:
    """A right one and wrong ones."""
    task = exercise(name)
    return [task.solution, *(path.read_text(encoding="utf-8") for path in task.mutants[:3])]


@pytest.mark.parametrize("name", NAMES)
async def test_the_verdict_is_the_same(engine: Runs, name: str) -> None:
    for code in answers(name):
        job = check_job(exercise(name), code, seconds=0)
        assert await judged(engine, job, scope=True) == await judged(engine, job, scope=False)


async def test_what_the_check_computes_itself_is_not_taken_for_the_learners(engine: Runs) -> None:
    name = "training/write-the-loop"
    code = "def train(model, loader, epochs, lr):\n    a = 1\n    return a\n"
    check = "def same(code):\n    for _ in range(3):\n        code.train(0, 0, 0, 0)\n" + OWN
    job = Check(code, f"{name}.py", check, {"same": "Same"}, seconds=0)
    ((_, outcome, _, message),) = await judged(engine, job, scope=True)
    assert outcome == "passed", message
    stops = [e.stop for e in engine.events if isinstance(e, Stopped)]
    assert [each.function for each in stops].count("train") >= 6
    assert not any(each.arrived or each.updated for each in stops)


OWN = """\
        import torch
        w = torch.ones(1, requires_grad=True)
        o = torch.optim.SGD([w], lr=0.1)
        w.sum().backward()
        o.step()
"""
