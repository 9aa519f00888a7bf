"""Games lose: what looks at the judge, or changes what all use, is refused as what it is."""

from __future__ import annotations

import pytest

from lessons.format import catalog
from tests.learner_runs import WALK, check
from tests.runs import Runs

SOLUTION = catalog.exercise(WALK).solution

STACK = """
import sys
def descend(f, start, lr, steps):
    frame = sys._getframe(1)
    while frame is not None and "after" not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals["after"](steps, lr)
"""

ALL_FRAMES = """
import sys
def descend(f, start, lr, steps):
    return 2.0 if sys._current_frames() else 0.0
"""

INSPECTED = """
import inspect
def descend(f, start, lr, steps):
    return 2.0 if inspect.stack() else 0.0
"""

FILES = """
import importlib
from pathlib import Path
def descend(f, start, lr, steps):
    folder = Path(importlib.import_module("lessons").__path__[0])
    folder = folder / "optimizers/exercises/walk-downhill"
    names = {}
    exec((folder / "solution.py").read_text(), names)
    return names["descend"](f, start, lr, steps)
"""

LOOKED_UP = """
import sys
sys.modules["engine.grading.draw"].Draw.real = lambda *a: 1.0
def descend(f, start, lr, steps):
    return 2.0
"""

ALWAYS_NEAR = "import engine.grading.checks as c\nc.near = lambda *a, **k: True\n"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (STACK, "peeked"),
        (INSPECTED, "peeked"),
        (ALL_FRAMES, "peeked"),
        (FILES, "peeked"),
        (LOOKED_UP, "peeked"),
        (f"lessons_learned = lessons = 'engine'\n{SOLUTION}", ""),
        (ALWAYS_NEAR + "def descend(f, start, lr, steps):\n    return 2.0\n", "replaced"),
        (f"import torch\ntorch.allclose = lambda *a, **k: True\n{SOLUTION}", "replaced"),
        (f"import torch\ntorch.set_grad_enabled(False)\n{SOLUTION}", "global-state"),
        (f"{SOLUTION}\nimport torch\ntorch.set_default_dtype(torch.float64)\n", "global-state"),
        ("def descend(f, start, lr, steps):\n    return 2.0\n", "wrong-place"),
    ],
)
async def test_a_game_is_called_what_it_is(engine: Runs, code: str, key: str) -> None:
    judged = await check(engine, WALK, code, seconds=30.0)
    failed = [each.key for each in judged.results if each.outcome == "failed"]
    assert failed == ([key] if key else []), judged.results


async def test_inputs_are_drawn_with_the_seed_that_is_shown(engine: Runs) -> None:
    task = catalog.exercise("activations/count-the-dead")
    wrong = "def dead_units(hidden):\n    return (hidden[:4] == 0).all(dim=0).sum().item()\n"
    judged = await check(engine, task.name, wrong, seconds=30.0)
    failed = next(each for each in judged.results if each.outcome == "failed")
    assert "(Drawn with seed " in failed.message
