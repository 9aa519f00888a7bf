"""Every error the doctor knows is raised by the installed torch, recognised and explained."""

from __future__ import annotations

import re

import pytest

from engine.doctor import Rule, rules
from engine.process.protocol import (
    Explained,
    RunFailed,
    RunFinished,
    RunUnavailable,
    Script,
)
from lessons.format import catalog
from tests.doctor.reading import sentences
from tests.learner_runs import done, script
from tests.runs import Runs

EVERY = pytest.mark.parametrize(
    "rule", [rule for rule in rules() if rule.snippet], ids=lambda rule: rule.id
)
RAISERS = [
    pytest.param(rule, code, id=f"{rule.id}-{number}" if number else rule.id)
    for rule in rules()
    for number, code in enumerate(rule.raisers)
]


@pytest.mark.parametrize(("rule", "code"), RAISERS)
async def test_its_code_raises_it_and_is_explained(engine: Runs, rule: Rule, code: str) -> None:
    ran = await done(engine, Script(code=code, needs=rule.needs))
    if isinstance(ran.end, RunUnavailable):
        assert ran.end.reason.startswith("This error takes ")
        pytest.skip(ran.end.reason)
    assert isinstance(ran.end, RunFailed)
    (said,) = ran.all(Explained)
    assert said.rule == rule.id
    assert said.title
    assert said.fix
    assert 1 <= sentences(said.says) <= 3
    assert not re.search(r"[{}]", said.says + said.fix)


@EVERY
async def test_its_repaired_snippet_runs(engine: Runs, rule: Rule) -> None:
    ran = await script(engine, rule.repaired)
    assert isinstance(ran.end, RunFinished), ran.end


def test_there_are_enough_and_their_names_are_their_own() -> None:
    real = [rule.id for rule in rules() if rule.snippet and not rule.staged]
    assert len(set(real)) == len(real)
    assert len(real) >= 60


def test_the_pages_rules_point_to_exist() -> None:
    pointed = {rule.id: rule.page for rule in rules() if rule.page}
    assert {name: page for name, page in pointed.items() if page not in pages()} == {}
    assert len(pointed) >= 60


def pages() -> set[str]:
    """Every page of every lesson, as rules name them: "tensors/views-and-copies"."""
    return {
        f"{lesson.slug}/{page.address}" for lesson in catalog.lessons() for page in lesson.pages
    }


NAMING = {
    "x = torch.randn(4, 8)\nnet = nn.Linear(10, 5)\nnet(x)": [
        "`x` has shape (4, 8)",
        "Linear(10, 5)",
    ],
    "a = torch.ones(2, 3)\na @ a": ["`a` has shape (2, 3)"],
    "net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 1))\nbatch = torch.ones(2, 3)\n"
    "net(batch)": ["`batch` has shape (2, 3)", "`net[2]`, a Linear(5, 1), was given shape (2, 4)"],
    "net = nn.Linear(1, 1)\nages = torch.tensor([[3]])\nnet(ages)": [
        "`net` has float32 weights",
        "`ages` is int64",
    ],
    "w = torch.ones(2, requires_grad=True)\ny = w * 2\ny.numpy()": ["`y` was computed by Mul"],
    "x = torch.ones(3, device='meta')\nx.numpy()": ["`x` is on meta"],
    "rows = [torch.ones(2), torch.ones(3)]\n(rows[0] + rows[1])": [
        "`rows[0]` has shape (2,)",
        "`rows[1]` has shape (3,)",
    ],
}


@pytest.mark.parametrize(("code", "said"), NAMING.items())
async def test_an_explanation_names_the_variables_of_the_line(
    engine: Runs, code: str, said: list[str]
) -> None:
    ran = await script(engine, f"import torch\nfrom torch import nn\n{code}\n")
    (explained,) = ran.all(Explained)
    assert all(part in explained.says for part in said), explained.says


async def test_looking_never_runs_the_learners_code(engine: Runs) -> None:
    code = """
class Loud:
    @property
    def shape(self):
        print("asked")
    def __getitem__(self, i):
        print("asked")
    def __len__(self):
        print("asked")
    def __repr__(self):
        print("asked")
loud = Loud()
import torch
torch.ones(2) + torch.ones(3) if loud is not None else loud.shape[loud]
"""
    ran = await script(engine, code)
    assert ran.explained == "broadcast"
    assert "asked" not in ran.printed


async def test_an_error_nobody_knows_is_not_explained(engine: Runs) -> None:
    ran = await script(engine, "class Odd(Exception): pass\nraise Odd('never seen')\n")
    assert (ran.end.error, ran.end.message) == ("Odd", "never seen")
    assert ran.explained == ""


async def test_a_syntax_error_has_a_line_and_a_place(engine: Runs) -> None:
    ran = await script(engine, "x = 1\ny = (x +\nprint(y)\n")
    frame = ran.end.frames[-1]
    assert (frame.line, frame.source, frame.column) == (2, "y = (x +", 5)
    assert ran.explained == "never-closed"


async def test_an_exception_knows_where_in_the_line_it_was(engine: Runs) -> None:
    ran = await script(engine, "def f(x):\n    return 1 + x / 0\n\n\nf(3)\n")
    frame = ran.end.frames[-1]
    assert frame.source[frame.column - 1 : frame.end - 1] == "x / 0"
