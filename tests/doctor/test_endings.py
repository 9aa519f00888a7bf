"""Which exception of a text it is: by the place it stands at, in chains and in groups."""

from __future__ import annotations

import linecache
import traceback

import pytest

from engine import doctor
from engine.process.protocol import Explained
from tests.learner_runs import script
from tests.runs import Runs

FILE = "train.py"

LEADS = pytest.mark.parametrize(
    "lead", ["", "[rank0]: ", "2026-01-05 10:00:02,250 - ERROR - ", "ERROR: ", "[ERROR] "]
)
"""What loggers and launchers put before each line."""


def printed(code: str) -> str:
    """What Python prints when this code ends with an exception."""
    # Python 3.13 quotes the text of its own -c, as this process may have been started with.
    linecache.cache.pop("<string>", None)
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    try:
        exec(compile(code, FILE, "exec"), {"__name__": "__main__"})
    except BaseException as error:
        below = error.__traceback__.tb_next if error.__traceback__ else None
        return "".join(traceback.format_exception(type(error), error, below))
    finally:
        del linecache.cache[FILE]
    raise AssertionError(code)


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        ("import queue\nqueue.Queue().get_nowait()", "Empty", ""),
        (
            "import subprocess\nraise subprocess.TimeoutExpired('ls', 3)",
            "TimeoutExpired",
            "Command 'ls' timed out after 3 seconds",
        ),
        ("class Bad(Exception): pass\nraise Bad('a: b')", "Bad", "a: b"),
        ("class odd(Exception): pass\nraise odd", "odd", ""),
        ("class Bad(Exception): pass\nraise Bad('one\\ntwo')", "Bad", "one\ntwo"),
        (
            "def f():\n    class Weird(Exception): pass\n    raise Weird('here')\nf()",
            "Weird",
            "here",
        ),
        (
            "import torch\nraise torch.linalg.LinAlgError('what nobody has seen')",
            "_LinAlgError",
            "what nobody has seen",
        ),
    ],
)
@pytest.mark.parametrize("before", ["epoch: 3\n", " 30%|███       | 3/10 [00:01<00:02]"])
@LEADS
def test_what_ends_a_traceback_is_the_exception_whatever_its_name(
    code: str, name: str, message: str, lead: str, before: str
) -> None:
    text = "".join(f"{lead}{line}\n" for line in printed(code).splitlines())
    report, explained = doctor.read(f"{before}{text}")
    assert (report.names[0], report.message) == (name, message)
    assert report.context.line
    assert report.context.source
    assert explained is None


NOTEBOOK = """\
---------------------------------------------------------------------------
_LinAlgError                              Traceback (most recent call last)
Cell In[3], line 2
      1 w = torch.eye(3)
----> 2 torch.linalg.cholesky(-w)

_LinAlgError: linalg.cholesky: not positive-definite
"""

PYTEST = """\
    def test_it():
>       torch.linalg.cholesky(-torch.eye(3))
E       torch._C._LinAlgError: linalg.cholesky: not positive-definite

test_e.py:6: _LinAlgError
=================================== short test summary info ====================================
FAILED test_e.py::test_it - torch._C._LinAlgError: linalg.cholesky: not posi...
"""

RICH = """\
╭────────────────────── Traceback (most recent call last) ───────────────────────╮
│ /home/me/e.py:7 in <module>                                                    │
│                                                                                │
│ ❱ 7 torch.linalg.cholesky(-torch.eye(3))                                       │
╰────────────────────────────────────────────────────────────────────────────────╯
_LinAlgError: linalg.cholesky: not positive-definite
"""


@pytest.mark.parametrize("text", [NOTEBOOK, PYTEST, RICH])
def test_other_layouts_end_with_one_too(text: str) -> None:
    report = doctor.read(f"loss: 3\n{text}")[0]
    assert report.names[0] == "_LinAlgError"
    assert report.message == "linalg.cholesky: not positive-definite"
    assert "cholesky" in report.context.source


@pytest.mark.parametrize(
    "text",
    [
        "epoch: 3\nloss: 0.5\n",
        "╭─ Settings ─╮\n│ lr 3       │\n╰────────────╯\nloss: 3\n",
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    f()\n\nloss: 3\n',
        "Traceback (most recent call last):\nloss: 3\n",
    ],
)
def test_what_ends_no_traceback_is_no_exception(text: str) -> None:
    assert doctor.read(text)[0].names == []


CODE_WITHOUT_SOURCE = [
    "exec('x = 1\\n\\nx / 0')",
    "eval('1 / 0')",
    "exec(compile('def f():\\n    1 / 0\\nf()', '<string>', 'exec'))",
]


@pytest.mark.parametrize("code", CODE_WITHOUT_SOURCE)
@LEADS
def test_nothing_is_quoted_of_code_that_is_not_in_the_text(code: str, lead: str) -> None:
    text = "".join(f"{lead}{line}\n" for line in printed(code).splitlines())
    report, explained = doctor.read(text)
    assert explained is not None
    assert explained.rule == "division-by-zero"
    assert (report.context.line > 0, report.context.source, report.marked) == (True, "", "")
    assert "`" not in explained.says


def group(*members: str, before: str = "") -> str:
    """Code that raises a group; each member is raised first."""
    return (
        "def have(code):\n    try:\n        exec(code)\n    except Exception as error:\n"
        "        return error.with_traceback(None) if 'bare' in code else error\n"
        f"{before}raise ExceptionGroup('many', [{', '.join(members)}])\n"
    )


KEY, ZERO, ODD = "have('{}[3]')", "have('1 / 0  # bare')", "ValueError('odd')"
INNER = f"ExceptionGroup('inner', [{ODD}, {KEY}, {ODD}])"


@pytest.mark.parametrize(
    ("members", "rule", "size"),
    [
        ([ODD, KEY, ZERO], "missing-key", 3),
        ([ZERO, KEY], "division-by-zero", 2),
        ([KEY], "missing-key", 1),
        ([ODD, INNER, ODD, ODD], "missing-key", 3),
        ([INNER, ODD, ODD, ODD], "missing-key", 3),
        ([f"ExceptionGroup('inner', [{ODD}])", ODD, KEY], "missing-key", 3),
        (["OSError('a\\n\\nb')", ZERO], "division-by-zero", 2),
        ([ODD] * 16 + [KEY], "", 17),
    ],
)
@LEADS
def test_of_a_group_the_first_that_is_known_is_explained(
    members: list[str], rule: str, size: int, lead: str
) -> None:
    text = "".join(f"{lead}{line}\n" for line in printed(group(*members)).splitlines())
    report, explained = doctor.read(text)
    if not rule:
        assert explained is None
        assert report.names[0] == "ExceptionGroup"
        return
    assert explained is not None
    assert explained.rule == rule
    assert report.group == size
    assert "---" not in report.message
    words = "the only exception" if size == 1 else f"one of the {size} exceptions"
    assert explained.says.endswith(f"It is {words} of a group.")


@pytest.mark.parametrize(
    ("members", "rule", "words"),
    [
        ([ODD, KEY, ZERO], "missing-key", "one of the 3 exceptions"),
        ([ODD, INNER], "missing-key", "one of the 3 exceptions"),
        ([ZERO], "division-by-zero", "the only exception"),
    ],
)
async def test_a_live_group_is_explained_as_its_text_is(
    engine: Runs, members: list[str], rule: str, words: str
) -> None:
    ran = await script(engine, group(*members))
    (said,) = ran.all(Explained)
    assert said.rule == rule
    assert said.says.endswith(f"It is {words} of a group.")


async def test_a_live_group_that_nobody_knows_is_not_explained(engine: Runs) -> None:
    assert (await script(engine, group(ODD, f"ExceptionGroup('b', [{ODD}])"))).explained == ""


def test_what_follows_a_group_stands_last() -> None:
    raises = printed(f"try:\n    raise ExceptionGroup('g', [{ODD}])\nfinally:\n    {{}}[3]\n")
    report, explained = doctor.read(raises)
    assert explained is not None
    assert (explained.rule, report.group) == ("missing-key", 0)
    assert "group" not in explained.says


CYCLE = "a, b = {}, {}\na.__cause__, b.__cause__ = b, a\nraise a\n"


@pytest.mark.parametrize(
    ("last", "other", "rule"),
    [
        # What somebody raises by hand is theirs to explain.
        ("ZeroDivisionError('division by zero')", "KeyError('b')", ""),
        # What has no traceback was never raised, and ended nothing.
        ("ValueError('a')", "KeyError('b')", ""),
    ],
)
def test_the_last_of_a_circle_of_causes_is_the_one(last: str, other: str, rule: str) -> None:
    report, explained = doctor.read(printed(CYCLE.format(last, other)))
    assert report.names[0] == last.partition("(")[0]
    assert (explained.rule if explained else "") == rule


def test_a_cause_that_is_explained_instead_is_told_from_the_last() -> None:
    _, explained = doctor.read(
        printed(
            "class Bad(Exception): pass\ntry:\n    {}['a']\n"
            "except KeyError as error:\n    raise Bad('x') from error\n"
        )
    )
    assert explained is not None
    assert explained.rule == "missing-key"
    assert explained.says.endswith(
        "It stands before the Bad that the text ends with, unknown here."
    )
