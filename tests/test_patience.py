"""Whoever waits in a test waits longer on a slow machine: no bound is a bare number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import ROOT

SHORT = 5.0
"""Seconds; what is waited for less long is expected not to come."""

WAITING = {"wait", "communicate", "run", "join", "get", "timeout", "wait_for", "wait_procs"}
"""Calls that take a bound in seconds."""

CLOCKS = {"monotonic", "perf_counter", "time"}

SCALING = {"until", "wait_for"}
"""The terminal's own, which take a bound for a quiet machine, and stretch it themselves."""


def bare_bounds(code: str) -> Iterator[tuple[int, float]]:
    """Lines with a wait that lasts as long on every machine, and its seconds."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and (name := called(node)) in WAITING - guards(node):
            named = [each.value for each in node.keywords if each.arg == "timeout"]
            bounds = named + ([] if name == "run" else node.args[:1])
            if name in SCALING and not named:
                continue
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and is_now(node.left):
            bounds = [node.right]
        else:
            continue
        for bound in bounds:
            value = bound.value if isinstance(bound, ast.Constant) else None
            if isinstance(value, int | float) and value >= SHORT:
                yield node.lineno, float(value)


def called(node: ast.Call) -> str:
    """The last word of what is called."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def guards(node: ast.Call) -> set[str]:
    """pytest's mark against tests that hang is none: nothing waits for its time."""
    return {"timeout"} if "mark" in ast.unparse(node.func).split(".") else set()


def is_now(node: ast.expr) -> bool:
    """Whether it asks a clock."""
    return isinstance(node, ast.Call) and called(node) in CLOCKS


def test_no_wait_is_the_same_on_every_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {bound:g} s"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__) and "bench" not in path.parts
        for line, bound in bare_bounds(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "say `tests.environment.seconds(…)`"


@pytest.mark.parametrize(
    "code",
    [
        "process.wait(20)",
        "done.wait(timeout=20)",
        "subprocess.run(['true'], timeout=20)",
        "end = time.monotonic() + 20",
        "asyncio.timeout(20)",
        "sentences.get(timeout=20)",
    ],
)
def test_each_way_of_waiting_is_known(code: str) -> None:
    assert list(bare_bounds(code)) == [(1, 20.0)]
