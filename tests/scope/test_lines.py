"""A press is a statement: not a line of it, and not a pass of what it holds."""

from __future__ import annotations

from engine.process.stops import Walking
from engine.scope.lines import Lines
from tests.runs import Runs
from tests.scope.test_microscope import walked

LONG = """\
import torch
a = torch.stack([
    torch.ones(2),
    torch.zeros(2),
])
b = [
    float(each)
    for each in a.flatten()
]
c = sorted(b, key=lambda each: -each)
for each in b:
    d = (
        each
        + 1
    )
e = sum(x * x for x in b)
"""


async def test_a_statement_is_one_stop_however_many_lines_it_has(engine: Runs) -> None:
    seen = [event.stop.line for event in await walked(engine, LONG)]
    assert seen == [1, 2, 6, 10, *[11, 12] * 4, 11, 16]


async def test_a_pass_begins_at_a_statement_of_several_lines(engine: Runs) -> None:
    ways: list[Walking] = ["pass", "pass"]
    seen = await walked(engine, LONG, *ways)
    assert [event.stop.line for event in seen if event.held] == [1, 12, 12]


async def test_a_loop_without_a_header_stops_at_every_pass(engine: Runs) -> None:
    code = "n = 0\nwhile True:\n    n += 1\n    if n > 2: break\n"
    seen = [event.stop.line for event in await walked(engine, code)]
    assert seen.count(3) == 3


async def test_a_generator_that_goes_on_is_the_same_frame(engine: Runs) -> None:
    code = "def g():\n    a = 1\n    yield a\n    yield a\nfor x in g():\n    y = x\n"
    stops = [event.stop for event in await walked(engine, code)]
    inside = [stop for stop in stops if stop.function == "g"]
    assert [stop.line for stop in inside] == [2, 3, 4]
    assert [name.changed for name in inside[-1].names] == [False]


def test_names_are_those_that_a_statement_assigns_itself() -> None:
    code = "for i, (a, b) in x:\n    c = [d for d in e]\nwith f as g, h as k:\n    (l := 1)\n"
    assert Lines(code).assigned == {1: {"i", "a", "b"}, 2: {"c"}, 3: {"g", "k"}, 4: {"l"}}


def test_names_are_read_where_they_are_looked_up() -> None:
    code = (
        "a = b + f(c, c)\nd[i].e = g\nw -= lr * w.grad\n"
        "h = [k * m for k in n if k]\nfor o in p:\n    q = lambda r: s\n"
    )
    assert Lines(code).read == {
        1: ["b", "f", "c"],
        2: ["d", "i", "g"],
        3: ["w", "lr"],
        4: ["m", "n"],
        5: ["p"],
        6: [],
    }


async def test_a_name_tells_what_it_was_computed_from(engine: Runs) -> None:
    code = "import math\na = 2\nb = a + math.pi\nc = [a, b]\nb = 1\n0\n"
    last = [event.stop for event in await walked(engine, code)][-1]
    assert {each.name: (each.line, each.reads) for each in last.names} == {
        "a": (2, []),
        "b": (5, []),
        "c": (4, ["a", "b"]),
    }


async def test_of_several_names_each_tells_what_it_is_made_of(engine: Runs) -> None:
    code = "k = 2\nc = [1]\na, b = k + 1, len(c)\n0\n"
    last = [event.stop for event in await walked(engine, code)][-1]
    assert {each.name: each.reads for each in last.names if each.name in "ab"} == {
        "a": ["k"],
        "b": ["c"],
    }


def test_a_file_that_is_no_python_has_no_lines() -> None:
    assert not Lines("x = (\n").assigned


async def test_a_body_of_one_statement_stops_at_every_pass(engine: Runs) -> None:
    code = "n = iter(range(3))\nwhile True:\n    if next(n, 9) > 8: break\n"
    seen = [event.stop.line for event in await walked(engine, code)]
    assert seen.count(3) == 4
