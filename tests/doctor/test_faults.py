"""What explains a failure never adds one: whatever is wrong with the error or with the doctor, the
run ends with the learner's own error, and its place can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType

import pytest

from engine import doctor
from engine.doctor import Report, conditions, error_context, words
from engine.process import failure
from engine.process.protocol import RunFailed
from tests.learner_runs import Done, check, script
from tests.runs import Runs

FAULT = "a fault of the doctor's own"

PATCH = f"""
import sys
def fault(*_, **__):
    raise {{kind}}({FAULT!r})
for room in [each for name, each in sys.modules.items() if name.startswith("engine.")]:
    if getattr(room, {{function!r}}, None) is not None:
        setattr(room, {{function!r}}, fault)
from engine.doctor.conditions import CONDITIONS
CONDITIONS.update((name, fault) for name, f in CONDITIONS.items() if f.__name__ == {{function!r}})
"""
"""The learner's script shares its process with the doctor, and breaks it there."""

MISTAKES = {
    "a = torch.ones(2) + torch.ones(3)": ("RuntimeError", "The size of tensor a"),
    "nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 1))(torch.ones(1, 2))": (
        "RuntimeError",
        "mat1 and mat2 shapes cannot be multiplied",
    ),
    "undefined + 1": ("NameError", "name 'undefined' is not defined"),
}


def functions() -> Iterator[str]:
    """Every function at work between an exception and its explanation."""
    for room in (doctor, error_context, conditions, words, failure):
        for name, value in vars(room).items():
            if isinstance(value, FunctionType) and value.__module__ == room.__name__:
                yield name
    yield from ("matching", "rules", "folded", "_read", "_listed")


GUARDS = {"examine", "failed", "words_of", "frames_of", "print_plainly"}
"""They catch what the others raise."""

STAGES = sorted({*functions()} - GUARDS - {"read", "_of_text", "<lambda>"})


def told(ran: Done, line: str) -> str:
    """Where the learner can read which line it was: a frame, or what was printed."""
    sources = [frame.source for frame in ran.end.frames]
    return "a frame" if line in sources else "a traceback" if line in ran.printed else ""


@pytest.mark.parametrize("function", STAGES)
async def test_a_fault_at_any_stage_leaves_the_error_as_it_is(engine: Runs, function: str) -> None:
    for line, (error, message) in MISTAKES.items():
        broken = PATCH.format(kind="RuntimeError", function=function)
        ran = await script(engine, f"import torch\nfrom torch import nn\n{broken}{line}\n")
        assert isinstance(ran.end, RunFailed), ran.end
        assert ran.end.error == error
        # What an exception says may be among the things that cannot be had.
        assert message in ran.end.message or function == "_sendable"
        assert told(ran, line)
        assert FAULT not in ran.printed + ran.end.message


KINDS = ["ZeroDivisionError", "RecursionError", "MemoryError", "SystemExit", "KeyboardInterrupt"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("function", ["look", "matching", "here", "_frames", "_frame", "_mark"])
async def test_a_fault_of_any_kind_does(engine: Runs, function: str, kind: str) -> None:
    line = "a = torch.ones(2) + torch.ones(3)"
    ran = await script(
        engine, f"import torch\n{PATCH.format(kind=kind, function=function)}{line}\n"
    )
    assert (ran.end.error, told(ran, line) != "") == ("RuntimeError", True)


@pytest.mark.parametrize("function", ["look", "_frames", "explain"])
async def test_a_check_is_judged_although_the_doctor_fails(engine: Runs, function: str) -> None:
    broken = PATCH.format(kind="RuntimeError", function=function)
    judged = await check(
        engine,
        "optimizers/walk-downhill",
        f"{broken}def descend(*_, **__):\n    return undefined\n",
    )
    assert judged.results[0].outcome == "failed"
    assert "name 'undefined' is not defined" in judged.results[0].message
    assert FAULT not in judged.printed + judged.results[0].message


ODD = {
    "text-raises": (
        "class Odd(Exception):\n    def __str__(self):\n        raise OSError\nraise Odd()",
        "Odd",
        "cannot say what happened",
    ),
    "text-is-no-text": (
        "class Odd(Exception):\n    def __str__(self):\n        return 3\nraise Odd()",
        "Odd",
        "cannot say what happened",
    ),
    "text-leaves": (
        "import sys\nclass Odd(Exception):\n    def __str__(self):\n        exit(3)\nraise Odd()",
        "Odd",
        "cannot say what happened",
    ),
    "text-recurses": (
        "class Odd(Exception):\n    def __str__(self):\n        return str(self)\nraise Odd()",
        "Odd",
        "cannot say what happened",
    ),
    "text-of-a-class-of-its-own": (
        "class Text(str):\n    def encode(self, *_):\n        raise OSError\n    __len__ = encode\n"
        "class Odd(Exception):\n    def __str__(self):\n        return Text('why')\nraise Odd()",
        "Odd",
        "",
    ),
    "half-a-character": (
        r"raise ValueError('half \ud800 done')",
        "ValueError",
        r"half \ud800 done",
    ),
    "endless-text": ("raise ValueError('why' * 10_000_000)", "ValueError", "whywhy"),
    "name-raises": (
        "class Kind(type):\n    @property\n    def __name__(cls):\n        raise OSError\n"
        "class Odd(Exception, metaclass=Kind):\n    pass\nraise Odd('why')",
        "Odd",
        "why",
    ),
    "traceback-is-none": (
        "class Odd(Exception):\n    __traceback__ = 'none'\nraise Odd('why')",
        "Odd",
        "why",
    ),
    "class-lies": (
        "class Odd(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise Odd('why')",
        "Odd",
        "why",
    ),
    "no-source": ("exec(compile('1 / 0', '<nowhere>', 'exec'))", "ZeroDivisionError", "division"),
    "source-that-cannot-be-read": (
        "import linecache\ndef broken(*_):\n    raise OSError('gone')\n"
        "linecache.getline = linecache.getlines = linecache.checkcache = broken\n1 / 0",
        "ZeroDivisionError",
        "division",
    ),
    "source-that-is-another-by-now": (
        "import linecache\nlinecache.cache['scratch.py'] = (1, None, ['é'], 'scratch.py')\n1 / 0",
        "ZeroDivisionError",
        "division",
    ),
    "very-deep": (
        "import sys\nsys.setrecursionlimit(20_000)\ndef deeper(n):\n    return deeper(n + 1)\n"
        "deeper(0)",
        "RecursionError",
        "maximum recursion depth exceeded",
    ),
    "a-long-line": (f"x = '{'é' * 200_000}'; 1 / 0", "ZeroDivisionError", "division"),
    "group": (
        "raise ExceptionGroup('two', [ValueError('a'), ExceptionGroup('b', [TypeError()])])",
        "ExceptionGroup",
        "two (2 sub-exceptions)",
    ),
    "notes": (
        "error = ValueError('why')\nerror.add_note('n')\nerror.__notes__.append(3)\nraise error",
        "ValueError",
        "why",
    ),
    "notes-that-are-none": (
        "error = ValueError('why')\nerror.__notes__ = 3\nraise error",
        "ValueError",
        "why",
    ),
    "its-own-cause": (
        "error = ValueError('why')\nerror.__cause__ = error\nraise error",
        "ValueError",
        "why",
    ),
    "no-error-stream": ("import sys\nsys.stderr = None\n1 / 0", "ZeroDivisionError", "division"),
    "variables-that-lie": (
        "import torch\nclass Lie:\n    __class__ = property(lambda self: 1 / 0)\n"
        "    def __getattr__(self, name):\n        raise OSError(name)\n"
        "    def __radd__(self, other):\n        raise RuntimeError('The size of tensor a (2) must "
        "match the size of tensor b (3) at non-singleton dimension 0')\n"
        "lie = Lie()\n3 + lie",
        "RuntimeError",
        "The size of tensor a",
    ),
    "interrupt-of-their-own-class": (
        "class Odd(BaseException):\n    pass\nraise Odd('why')",
        "Odd",
        "why",
    ),
}


@pytest.mark.parametrize("code", ODD)
async def test_an_odd_exception_is_told_as_it_is(engine: Runs, code: str) -> None:
    source, error, message = ODD[code]
    ran = await script(engine, source + "\n")
    assert isinstance(ran.end, RunFailed), ran.end
    assert ran.end.error == error
    assert message in ran.end.message


PLACES = [
    "('no.py', 1, 1, 'x =')",
    "('no.py', None, None, None)",
    "('no.py', 10**9, -5, 'x =')",
    "('no.py', 1, 10**9, 'x =', 1, -3)",
    "('no.py', 0, 0, '')",
    "(None, 1, 0, '\\t\\té', 0, 0)",
    "(None, -1, -1, None, None, None)",
    r"('\ud800', 1, 1, '\ud800')",
    "(3, 'one', 'two', 4.5)",
    "('no.py', 1, 1, 'x' * 10_000_000)",
]


@pytest.mark.parametrize("place", PLACES)
async def test_a_syntax_error_may_name_any_place(engine: Runs, place: str) -> None:
    ran = await script(engine, f"raise SyntaxError('why', {place})\n")
    assert (ran.end.error, ran.end.message.partition(" (")[0]) == ("SyntaxError", "why")
    for frame in ran.end.frames:
        assert 0 <= frame.column <= max(frame.end, len(frame.source) + 1)


@pytest.mark.parametrize("assignment", ["lineno = 'x'", "offset = 'x'", "text = 3", "filename = 3"])
async def test_a_syntax_error_may_be_spoilt(engine: Runs, assignment: str) -> None:
    code = f"error = SyntaxError('why', ('no.py', 1, 1, 'x'))\nerror.{assignment}\nraise error\n"
    ran = await script(engine, code)
    assert ran.end.error == "SyntaxError"
    assert ran.end.message.startswith("why") or "cannot say" in ran.end.message


TEXT = """Traceback (most recent call last):
  File "train.py", line 3, in <module>
    net(x)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x4)
"""


@pytest.mark.parametrize(
    "place",
    [
        "engine.doctor.reports",
        "engine.doctor.matching",
        "engine.doctor._in_words",
        "engine.doctor.traceback_text.classes",
        "engine.doctor.layouts.plain",
        "engine.doctor.printed_locals.variables",
    ],
)
def test_a_text_is_read_as_far_as_it_can_be(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> None:
        raise RuntimeError(FAULT)

    assert doctor.read(TEXT)[1] is not None
    monkeypatch.setattr(place, fault)
    report, explained = doctor.read(TEXT)
    assert explained is None
    assert isinstance(report, Report)
