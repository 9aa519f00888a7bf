"""Live errors: what led to them is explained too, and fixes use the learner's own names."""

from __future__ import annotations

import sys

import pytest

from engine.doctor.own_names import in_own_names
from engine.process.protocol import Explained
from tests.learner_runs import script
from tests.runs import Runs

CAUSED = """
import torch
from torch import nn

def predict(model, rows):
    try:
        return model(rows)
    except RuntimeError as error:
        raise ValueError("no prediction") {how}

predict(nn.Linear(2, 1), torch.ones(3, 4))
"""


async def test_where_the_last_error_is_unknown_its_cause_is_explained(engine: Runs) -> None:
    for how in ("from error", ""):
        (said,) = (await script(engine, CAUSED.format(how=how))).all(Explained)
        assert said.rule == "linear-features"
        assert "It came before the ValueError that stands last" in said.says
        assert "`rows` has shape (3, 4)" in said.says


async def test_a_cause_that_is_hidden_is_not(engine: Runs) -> None:
    assert (await script(engine, CAUSED.format(how="from None"))).explained == ""


FIXES = {
    "signal = torch.arange(5)\nsignal[::-1]": "`signal.flip(0)`.",
    "a = torch.ones(2, 3)\nb = torch.ones(2, 3)\nc = 2 * (a @ b)": (
        "`a @ b.T`, if rows were meant to meet rows."
    ),
    "layers = [nn.Linear(1, 1)]\nnet = nn.Sequential(layers)": "`nn.Sequential(*layers)`.",
    "w = torch.ones(2, requires_grad=True)\nprint((w * 2).numpy())": (
        "`(w * 2).detach().numpy()` leaves the history behind."
    ),
    "votes = torch.tensor([1, 2])\ntorch.mean(votes)": "`votes.float().mean()`.",
}

if sys.version_info < (3, 13):
    # From 3.13 on the fix is told without the line's own names.
    FIXES["model = nn.Linear(1, 1)\nfor p in model.parameters:\n    print(p)"] = (
        "`model.parameters()`."
    )


@pytest.mark.parametrize(("code", "fix"), FIXES.items())
async def test_a_fix_is_written_in_the_names_of_the_line(engine: Runs, code: str, fix: str) -> None:
    (said,) = (await script(engine, f"import torch\nfrom torch import nn\n\n{code}\n")).all(
        Explained
    )
    assert said.fix == fix


def test_no_name_is_put_where_the_line_tells_none() -> None:
    own = "`<left> @ <right>.T`."
    assert in_own_names(own, "a @ b", certain=True) == "`a @ b.T`."
    assert in_own_names(own, "f(a @ b)", certain=False) == ""
    assert in_own_names(own, "not even Python", certain=True) == ""
    assert in_own_names("`<receiver>.float()`.", "torch.mean(x)", certain=True) == ""
    assert in_own_names("`<first>.float()`.", f"f({'x' * 50})", certain=True) == ""


MISSPELT = {
    "import torch\noptimizer = torch.optim.SGD([torch.zeros(1)], lr=1)\noptimizer.zero_grads()": (
        "zero_grad"
    ),
    "learning_rate = 1\nprint(learning_rte)": "learning_rate",
    "from torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n"
    "        super().__init__()\n        self.encoder = nn.Linear(1, 1)\n\n"
    "    def forward(self, x):\n        return self.encodr(x)\n\nNet()(1)": "encoder",
}


@pytest.mark.parametrize(("code", "name"), MISSPELT.items())
async def test_a_name_like_the_missing_one_is_suggested(engine: Runs, code: str, name: str) -> None:
    (said,) = (await script(engine, f"{code}\n")).all(Explained)
    assert said.fix == f"`{name}`, if that is what was meant."


@pytest.mark.skipif(
    sys.version_info >= (3, 12),
    reason="here Python's own traceback asks for the names that are there",
)
async def test_looking_for_one_runs_nobodys_code(engine: Runs) -> None:
    code = """
class Loud:
    @property
    def __dict__(self):
        print("asked")
        return {}

    def __dir__(self):
        print("asked")
        return []

Loud().shap
"""
    assert "asked" not in (await script(engine, code)).printed
