"""Work is counted, and the count tells a loop from none, from the first call on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.environment import seconds

CODE = """
import torch
from engine.grading.counting import operations

def looped(x):
    return sum(value for value in x.tolist())

def at_once(x):
    return x.sum()

few, many = (operations(looped, torch.ones(n)) for n in (4, 8))
assert 4 <= few < many, (few, many)
few, many = (operations(at_once, torch.ones(n)) for n in (4, 8))
assert 1 < few == many, (few, many)
"""


def test_the_first_call_is_counted_as_every_other(tmp_path: Path) -> None:
    """In an interpreter of its own: what Python has once been asked for, it keeps."""
    script = tmp_path / "script.py"
    script.write_text(CODE, encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True, timeout=seconds(100))
