"""What is said of a line is true of that line: not of what it calls, nor of another machine."""

from __future__ import annotations

import pytest

from engine import doctor
from engine.doctor.needs import unmet
from engine.process.torch_build import this_build
from tests.doctor.test_endings import printed
from tests.learner_runs import script
from tests.runs import Runs


async def rules_of(engine: Runs, code: str) -> tuple[str, str]:
    """Which rule explains the live exception, and which its text."""
    explained = doctor.read(printed(code))[1]
    return (await script(engine, code)).explained, explained.rule if explained else ""


ASSERTIONS = {
    "assert 1 == 2": "assertion",
    "def f(x):\n    assert x > 3, 'too small'\n\nf(1)": "assertion",
    "raise AssertionError('no')": "",
    "import unittest\nunittest.TestCase().assertEqual(1, 2)": "",
    "import unittest\nassert unittest.TestCase().assertTrue(0)": "",
    "import torch\ntorch.amp.GradScaler('cpu').step(None)": "",
}


@pytest.mark.parametrize(("code", "rule"), ASSERTIONS.items())
async def test_only_a_line_that_asserts_is_called_an_assertion(
    engine: Runs, code: str, rule: str
) -> None:
    assert await rules_of(engine, f"{code}\n") == (rule, rule)


async def test_an_assertion_may_take_several_lines(engine: Runs) -> None:
    ran = await script(engine, "x = 1\nassert (\n    x\n    > 3\n)\n")
    assert ran.explained == "assertion"


NONES = {
    "x = None\nx.step()": "none-has-no",
    "class A: pass\na = A()\na.b = None\na.b.c": "none-has-no",
    "import json\njson.dump([1], None)": "none-given",
    "import torch\nfrom torch import nn\nnn.MSELoss()(torch.ones(2), None)": "none-given",
    "import torch\ns = torch.amp.GradScaler('cpu')\ns.scale(torch.ones(1))\ns.step(None)": (
        "none-given"
    ),
}


@pytest.mark.parametrize(("code", "rule"), NONES.items())
async def test_none_is_looked_for_where_it_was_asked(engine: Runs, code: str, rule: str) -> None:
    assert await rules_of(engine, f"{code}\n") == (rule, rule)


async def test_what_has_no_frame_of_its_own_asks_too(engine: Runs) -> None:
    """A function written in C is told from the line by what the line asks for."""
    code = "from operator import attrgetter\nstep = attrgetter('step')\nstep(None)\n"
    assert (await script(engine, code)).explained == "none-given"
    assert (await script(engine, "x = None\n(x\n    .step())\n")).explained == "none-has-no"


SAVED = "import torch, io\nf = io.BytesIO()\ntorch.save(torch.ones(1), f)\nf.seek(0)\n"


@pytest.mark.parametrize(
    "code",
    [
        'torch.load(f, map_location="cuda")',
        'torch.load(f, "cuda:0")',
        'torch.load(\n    f,\n    map_location=torch.device("cuda"),\n)',
        'device = "cuda"\noptions = {"map_location": device}\ntorch.load(f, **options)',
    ],
)
async def test_a_file_is_not_blamed_for_what_its_reader_asks(engine: Runs, code: str) -> None:
    if lack := unmet("no-cuda", this_build()):
        pytest.skip(lack)
    rule = "load-to-other-device"
    assert await rules_of(engine, f"{SAVED}{code}\n") == (rule, rule)


async def test_no_depth_is_told_that_was_not_counted(engine: Runs) -> None:
    code = "import sys\nsys.setrecursionlimit(90)\ndef f(n):\n    return f(n + 1)\nf(0)\n"
    ran = await script(engine, code)
    (said,) = (event.says for event in ran.events if hasattr(event, "says"))
    assert ran.explained == "recursion"
    assert "thousand" not in said


PYTHONS = [
    "max([])",
    "range(0, 3, 0)",
    "float(None)",
    "int('1', base=99)",
    "chr(-1)",
    "bytes([300])",
    "list(zip([1], [2, 3], strict=True))",
    "import math\nmath.sqrt(-1)",
    "import random\nrandom.sample([1], 3)",
    "sizes = {1: 2}\nfor size in sizes:\n    sizes[size + 1] = 3",
    "import re\nre.compile('(')",
    "import numpy as np\nnp.concatenate([np.ones((2, 3)), np.ones((2, 4))])",
    "import numpy as np\nnp.ones((2, 3)) @ np.ones((2, 3))",
    "def check(shape):\n    raise ValueError('shape must have two dimensions')\ncheck((1,))",
]


@pytest.mark.parametrize("code", PYTHONS)
def test_what_python_and_numpy_say_is_not_called_pytorchs(code: str) -> None:
    explained = doctor.read(printed(f"{code}\n"))[1]
    assert explained is None or "PyTorch" not in explained.says
