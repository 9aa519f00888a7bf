"""Whatever the learner's code does, it ends, it says why, and it leaves nothing behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from engine.process.protocol import RunDied, RunFailed, RunFinished, RunStopped, Script, Verdict
from tests.learner_runs import WALK, check, done, script, walking
from tests.process.conftest import LeftBehind
from tests.runs import Runs


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    pass",
        "time.sleep(1e6)",
        "while True:\n    try:\n        while True:\n            time.sleep(0.001)\n"
        "    except Exception:\n        pass",
        "x = torch.ones(1)\nwhile True:\n    x = x + 1",
    ],
)
async def test_an_endless_loop_is_stopped_and_named(engine: Runs, body: str) -> None:
    judged = await check(engine, WALK, walking(body), seconds=0.3)
    failure = judged.results[0]
    assert failure.key == "time-limit"
    assert "Stopped after 0.3 s: line" in failure.message
    assert isinstance(judged.end, RunFinished)


async def test_code_that_never_listens_is_ended_from_outside(engine: Runs) -> None:
    body = "while True:\n    try:\n        while True:\n            time.sleep(0.001)\n"
    judged = await check(
        engine, WALK, walking(body + "    except BaseException:\n        pass"), seconds=0.3
    )
    assert isinstance(judged.end, RunDied)
    assert judged.end.reason == "ran longer than its limit of 0.3 s and was ended"
    judged = await check(engine, WALK, walking("sum(range(10**12))"), seconds=0.3)
    assert isinstance(judged.end, RunDied)


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "GeneratorExit"])
async def test_an_error_without_a_message_is_named_with_its_line(engine: Runs, error: str) -> None:
    judged = await check(engine, WALK, walking(f"raise {error}"))
    failure = judged.results[0]
    assert failure.key == "raised"
    assert failure.message.startswith(f"Your code raised {error} in line ")
    assert failure.message.endswith(".")
    assert isinstance(judged.end, RunFinished)


@pytest.mark.parametrize("ending", ["os._exit(0)", "os.abort()", "os.kill(os.getpid(), 9)"])
async def test_a_process_that_dies_is_reported_as_dead(engine: Runs, ending: str) -> None:
    judged = await check(engine, WALK, walking(ending))
    assert isinstance(judged.end, RunDied)
    assert not judged.all(Verdict)[-1].passed


@pytest.mark.parametrize(
    "code",
    [
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,)).start()\n",
        "import subprocess\nsubprocess.Popen(['sleep', '1000000'])\n",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1e6)\n",
    ],
)
async def test_threads_and_processes_left_behind_are_ended_and_told(
    engine: Runs, left_behind: LeftBehind, code: str
) -> None:
    ran = await script(engine, code)
    assert "still running at the end, and now ended" in ran.printed
    assert isinstance(ran.end, RunFinished)
    assert left_behind() == []


async def test_files_written_are_gone_afterwards(engine: Runs) -> None:
    code = """
import os, pathlib, tempfile, torch
torch.save(torch.ones(3), "weights.pt")
print(torch.load("weights.pt").sum().item(), len(os.listdir(".")))
pathlib.Path(tempfile.mkdtemp()).joinpath("more").write_text("x")
print(os.getcwd())
"""
    ran = await script(engine, code)
    total, folder = ran.printed.splitlines()
    assert total == "3.0 1"
    assert folder.startswith(tempfile.gettempdir())
    assert not Path(folder).exists()


async def test_a_killed_run_leaves_no_files_either(engine: Runs) -> None:
    code = "import os\nopen('big', 'w').write('x')\nprint(os.getcwd(), flush=True)\nos.abort()\n"
    ran = await script(engine, code)
    assert isinstance(ran.end, RunDied)
    assert not Path(ran.printed.split()[0]).exists()


async def test_a_script_is_main_and_finds_its_neighbours(engine: Runs, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("ANSWER = 42\n")
    code = """
import os, pickle, sys
import helper
class Net: pass
if __name__ == "__main__":
    print(helper.ANSWER, __file__, sys.argv, os.getcwd())
    print(type(pickle.loads(pickle.dumps(Net()))) is Net)
"""
    file = str(tmp_path / "train.py")
    ran = await done(engine, Script(code=code, file=file))
    assert ran.printed.splitlines() == [f"42 {file} ['{file}'] {tmp_path}", "True"]


@pytest.mark.parametrize(("code", "end"), [("0", RunFinished), ("3", RunFailed)])
async def test_a_script_may_leave_with_a_status(engine: Runs, code: str, end: type) -> None:
    ran = await script(engine, f"import sys\nprint('bye')\nsys.exit({code})\n")
    assert isinstance(ran.end, end)
    assert ran.printed == "bye\n"


LOOP = """
import torch
x = torch.nn.Parameter(torch.ones(1))
optimizer = torch.optim.SGD([x], lr=0.001)
while True:
    optimizer.zero_grad()
    (x**2).sum().backward()
    optimizer.step()
"""


async def test_a_running_script_can_be_held_stepped_and_stopped(engine: Runs) -> None:
    from engine.process.protocol import Paused

    run_id = engine.begin(Script(code=LOOP), paused=True)
    first = await engine.until(Paused, run_id)
    engine.engine.step(run_id)
    second = await engine.until(Paused, run_id, after=first, such=lambda e: e is not first)
    assert second.step == first.step + 1
    engine.engine.resume(run_id)
    engine.engine.stop(run_id)
    assert isinstance(await engine.ended(run_id), RunStopped)
