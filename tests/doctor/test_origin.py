"""What somebody raised by hand, in PyTorch's words or not, is not explained as PyTorch's."""

from __future__ import annotations

import pytest

from engine import doctor
from engine.doctor.origin import tensor_names
from tests.doctor.test_endings import printed
from tests.learner_runs import script
from tests.runs import Runs

WORDS = {
    "RuntimeError": "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
    "ValueError": "Expected input batch_size (4) to match target batch_size (3).",
    "IndexError": "index 3 is out of bounds for dimension 0 with size 3",
    "KeyError": "lr",
    "TypeError": "forward() missing 1 required positional argument: 'x'",
    "AttributeError": "'Tensor' object has no attribute 'copy'",
    "FileNotFoundError": "No such file or directory: 'cats.csv'",
}
RAISED = [
    pytest.param(form.format(kind, words), id=f"{kind}-{number}")
    for kind, words in WORDS.items()
    for number, form in enumerate(
        (
            "raise {}({!r})\n",
            "error = {}({!r})\nraise error\n",
            "def check():\n    raise {}({!r}) from None\n\ncheck()\n",
            "raise {}(\n    {!r}\n)\n",
        )
    )
]


def rule_of(text: str) -> str:
    explained = doctor.read(text)[1]
    return explained.rule if explained else ""


@pytest.mark.parametrize("code", RAISED)
async def test_what_the_learner_raises_is_left_alone(engine: Runs, code: str) -> None:
    assert rule_of(printed(code)) == ""
    assert (await script(engine, code)).explained == ""


async def test_what_fails_on_a_line_that_raises_is_told(engine: Runs) -> None:
    for code, rule in {
        "raise Unheard('no')\n": "unknown-name",
        "raise ValueError('got ' + 3)\n": "mixed-types",
        "raise ValueError({}['a'])\n": "missing-key",
    }.items():
        assert rule_of(printed(code)) == rule
        assert (await script(engine, code)).explained == rule


def test_what_is_raised_again_is_told_from_where_it_came() -> None:
    code = "try:\n    {}['a']\nexcept KeyError as error:\n    raise error\n"
    assert rule_of(printed(code)) == "missing-key"


PLACE = """Traceback (most recent call last):
  File "/home/me/train.py", line 3, in <module>
    fit(x, y)
  File "/venv/lib/python3.11/site-packages/{}/core.py", line 80, in fit
    {}
{}
"""


def test_what_another_library_raises_is_not_pytorchs() -> None:
    words = "ValueError: Expected input batch_size (4) to match target batch_size (3)."
    assert rule_of(PLACE.format("sklearn", "raise ValueError(message)", words)) == ""
    assert rule_of(PLACE.format("torch", "raise ValueError(message)", words)) == "batch-sizes"
    # Its compiled code raises on a line of anybody's.
    assert rule_of(PLACE.format("timm", "return F.cross_entropy(x, y)", words)) == "batch-sizes"


LINE = """Traceback (most recent call last):
  File "/home/me/train.py", line 3, in <module>
    {}
AttributeError: 'Tensor' object has no attribute '{}'
"""


@pytest.mark.parametrize(
    ("line", "name", "rule"),
    [
        ("y = x.copy()", "copy", "attribute-of-tensor"),
        ("y = x.backward()", "backward", ""),
        ("y = paddle.ones([3]).copy()", "copy", ""),
        ("return Tensor(self.data + other.dat)", "dat", ""),
        ("y = torch.Tensor([1]).copy()", "copy", "attribute-of-tensor"),
    ],
)
def test_a_tensor_that_cannot_be_pytorchs_is_left_alone(line: str, name: str, rule: str) -> None:
    assert rule_of(LINE.format(line, name)) == rule


async def test_a_class_of_ones_own_called_tensor_is_known_while_it_lives(engine: Runs) -> None:
    code = "class Tensor: pass\nx = Tensor()\nx.copy()\n"
    assert (await script(engine, code)).explained == ""


def test_every_tensor_has_the_names_that_are_said_to_be_a_tensors() -> None:
    import torch

    here = {name for name in tensor_names() if hasattr(torch.Tensor, name)}
    # An older torch lacks the newest few.
    assert len(here) >= 0.95 * len(tensor_names())
    assert {"view", "numpy", "backward", "data", "grad"} <= here
