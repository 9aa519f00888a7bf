"""How a run ended is told whatever its code has done to its streams and to Python's own names."""

from __future__ import annotations

import pytest

from engine.process.protocol import RunFailed, RunFinished
from tests.learner_runs import WALK, check, script, walking
from tests.runs import Runs

NO_FLUSH = "class Mute:\n    def write(self, text): pass\n"
BAD_FLUSH = NO_FLUSH + "    def flush(self): raise OSError('full')\n"

STREAMS = [
    "import sys\nsys.stdout.close()\n",
    "import sys\nsys.stdout.close(); sys.stderr.close()\n",
    "import sys\nsys.stdout = open('log', 'w'); sys.stdout.close()\n",
    "import sys\nsys.stdout = sys.stderr = None\n",
    "import sys\ndel sys.stdout, sys.stderr\n",
    f"import sys\n{NO_FLUSH}sys.stdout = sys.stderr = Mute()\n",
    f"import sys\n{BAD_FLUSH}sys.stdout = sys.stderr = Mute()\n",
    "import os\nos.close(1); os.close(2)\n",
    "import os\nos.dup2(os.open(os.devnull, os.O_RDONLY), 1)\n",
]
"""Ways to leave the standard streams."""

NAMES = [
    "import builtins\nbuiltins.isinstance = None\n",
    "import builtins\nbuiltins.len = builtins.sum = builtins.max = None\n",
    "import builtins\nbuiltins.print = builtins.open = builtins.str = 3\n",
    "import builtins\nbuiltins.__import__ = None\n",
    "import builtins\nbuiltins.BaseException = builtins.Exception = int\n",
    "import builtins\nbuiltins.__dict__.clear()\n",
    "import sys\nsys.setrecursionlimit(40)\n",
    "import threading\nthreading.enumerate = None\n",
    "import traceback, linecache\ntraceback.extract_tb = linecache.getline = None\n",
]
"""Ways to take from Python what everybody needs."""


@pytest.mark.parametrize("before", STREAMS)
async def test_an_error_is_told_without_standard_streams(engine: Runs, before: str) -> None:
    ran = await script(engine, before + "1 / 0\n")
    assert isinstance(ran.end, RunFailed), ran.end
    assert ran.end.error == "ZeroDivisionError"
    assert ran.end.frames[-1].line == before.count("\n") + 1
    assert ran.explained == "division-by-zero"


@pytest.mark.parametrize("before", STREAMS)
async def test_a_script_that_ends_so_has_finished(engine: Runs, before: str) -> None:
    ran = await script(engine, "print('said')\n" + before)
    assert isinstance(ran.end, RunFinished), ran.end
    assert ran.printed == "said\n"


@pytest.mark.parametrize("before", STREAMS + NAMES[:3])
async def test_an_answer_is_judged_all_the_same(engine: Runs, before: str) -> None:
    code = before + "\n" + walking("return 1 / 0")
    (result, *_) = (judged := await check(engine, WALK, code)).results
    assert isinstance(judged.end, RunFinished), judged.end
    assert result.key == "raised-division-by-zero"
    assert result.frames[-1].line == code.count("\n")


@pytest.mark.parametrize("before", NAMES)
async def test_an_error_is_told_without_pythons_names(engine: Runs, before: str) -> None:
    ran = await script(engine, before + "1 / 0\n")
    assert isinstance(ran.end, RunFailed), ran.end
    assert (ran.end.error, ran.end.message) == ("ZeroDivisionError", "division by zero")
    if "extract_tb" not in before:
        assert ran.end.frames[-1].line == before.count("\n") + 1


@pytest.mark.parametrize("before", NAMES)
async def test_a_script_that_only_took_them_has_finished(engine: Runs, before: str) -> None:
    assert isinstance((await script(engine, before)).end, RunFinished)
