"""Groups, notes, causes and helper files: Python's own text of them can be read, without us."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.process.protocol import RunFailed, Script
from engine.process.run import MOST_WARNING, brief
from tests.learner_runs import WALK, check, done, script, walking
from tests.runs import Runs

GROUP = """\
print("before")
def part(n):
    raise ValueError(f"part {n}")

parts = []
for n in (1, 2):
    try:
        part(n)
    except ValueError as error:
        parts.append(error)
raise ExceptionGroup("both failed", [*parts, KeyError("third")])
"""

NOTED = "e = ValueError('odd')\ne.add_note('it was tuesday')\nraise e\n"

CAUSED = "try:\n    {}['k']\nexcept KeyError as e:\n    raise RuntimeError('outer') from e\n"

MET = "try:\n    {}['k']\nexcept KeyError:\n    1 / 0\n"

UNCHAINED = "try:\n    {}['k']\nexcept KeyError:\n    raise ValueError from None\n"


@pytest.mark.parametrize(
    ("code", "words", "line"),
    [
        (GROUP, ["ValueError: part 1", "ValueError: part 2", "KeyError: 'third'"], 3),
        (NOTED, ["ValueError: odd\nit was tuesday"], 3),
        (CAUSED, ["KeyError: 'k'", "direct cause", "RuntimeError: outer"], 4),
        (MET, ["KeyError: 'k'", "another exception occurred", "ZeroDivisionError"], 4),
    ],
)
async def test_everything_python_says_is_printed(
    engine: Runs, code: str, words: list[str], line: int
) -> None:
    ran = await script(engine, code)
    assert isinstance(ran.end, RunFailed)
    assert [word for word in words if word not in ran.printed] == []
    assert "/engine/" not in ran.printed
    assert ran.end.frames[-1].line == line
    if code is GROUP:
        assert ran.printed.startswith("before\n")
    judged = await check(engine, WALK, walking(code))
    assert [word for word in words if word not in judged.printed] == []
    assert "/engine/" not in judged.printed
    assert "<check>" not in judged.printed
    assert judged.results[0].frames[-1].line == line + 5


@pytest.mark.parametrize("code", ["1 / 0\n", UNCHAINED])
async def test_where_nothing_is_hidden_nothing_is_printed(engine: Runs, code: str) -> None:
    assert (await script(engine, code)).printed == ""


@pytest.mark.parametrize(
    ("helper", "line", "source"),
    [("x = 1\ny = (\n", 2, "y = ("), ("def f():\n    return 1 / 0\nf()\n", 2, "return 1 / 0")],
)
async def test_a_helper_is_named_and_the_call_is_in_the_frames(
    engine: Runs, tmp_path: Path, helper: str, line: int, source: str
) -> None:
    (tmp_path / "helper.py").write_text(helper)
    path = str(tmp_path / "main.py")
    ran = await done(engine, Script(code="x = 1\nimport helper\n", file=path))
    assert isinstance(ran.end, RunFailed)
    assert ran.end.helper is not None
    assert Path(ran.end.helper.file).name == "helper.py"
    assert (ran.end.helper.line, ran.end.helper.source) == (line, source)
    assert next(f.line for f in reversed(ran.end.frames) if f.file == path) == 2
    assert f'helper.py", line {line}' in ran.printed


def test_a_warning_of_an_experiment_is_short_and_says_no_place() -> None:
    said = brief(UserWarning("too\n many workers " * 40), UserWarning, "/a/file.py", 7)
    assert said.startswith("UserWarning: too many workers")
    assert said.endswith(" …\n")
    assert len(said) <= MOST_WARNING + len("UserWarning: \n")
    assert "file.py" not in said
