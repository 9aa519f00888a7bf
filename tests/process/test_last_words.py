"""How a script ends is told as Python tells it: exit handlers, its own hook, crashes, and order."""

from __future__ import annotations

from engine.process.crash_report import CrashReport
from engine.process.failure import OURS
from engine.process.protocol import RunDied, RunFailed, RunFinished
from tests.learner_runs import script
from tests.runs import Runs

SEGFAULT = "import ctypes\n\ndef dig():\n    ctypes.string_at(0)\n\ndig()\n"


async def test_exit_handlers_of_a_script_run_when_it_ends(engine: Runs) -> None:
    ran = await script(engine, "import atexit\natexit.register(print, 'bye')\nprint('hello')\n")
    assert isinstance(ran.end, RunFinished)
    assert ran.printed == "hello\nbye\n"


async def test_what_an_exit_handler_raises_is_shown(engine: Runs) -> None:
    code = "import atexit\n\ndef late():\n    return 1 / 0\n\natexit.register(late)\n"
    ran = await script(engine, code)
    assert isinstance(ran.end, RunFinished)
    assert "ZeroDivisionError: division by zero" in ran.printed
    assert "in late" in ran.printed
    assert not any(folder in ran.printed for folder in OURS)


async def test_exit_handlers_run_after_an_error_too(engine: Runs) -> None:
    ran = await script(engine, "import atexit\natexit.register(print, 'bye')\nundefined\n")
    assert isinstance(ran.end, RunFailed)
    assert "bye" in ran.printed


HOOK = """
import sys

def mine(kind, error, trace):
    print("mine:", kind.__name__, trace.tb_frame.f_code.co_name)

sys.excepthook = mine
"""


async def test_a_script_with_a_hook_of_its_own_tells_of_its_error_itself(engine: Runs) -> None:
    ran = await script(engine, f"{HOOK}\nundefined\n")
    assert ran.end.error == "NameError"
    assert ran.printed == "mine: NameError <module>\n"
    assert ran.explained


async def test_the_hook_is_not_asked_about_leaving(engine: Runs) -> None:
    ran = await script(engine, f"{HOOK}\nsys.exit('enough')\n")
    assert "mine" not in ran.printed


async def test_a_fault_in_the_hook_is_printed(engine: Runs) -> None:
    ran = await script(engine, f"{HOOK.replace('kind.__name__', 'nobody')}\n1 / 0\n")
    assert ran.end.error == "ZeroDivisionError"
    assert "Error in sys.excepthook:" in ran.printed
    assert "name 'nobody' is not defined" in ran.printed


async def test_a_crash_shows_only_the_frames_of_the_script(engine: Runs) -> None:
    ran = await script(engine, SEGFAULT)
    assert isinstance(ran.end, RunDied)
    assert "Fatal Python error: Segmentation fault" in ran.printed
    assert "in dig" in ran.printed
    assert not any(folder in ran.printed for folder in OURS)


def test_our_frames_are_left_out_however_a_report_comes() -> None:
    theirs = b'  File "/home/me/train.py", line 4 in dig\n'
    ours = f'  File "{OURS[0]}run.py", line 120 in execute\n'.encode()
    # Python writes the beginning of such a line in one piece.
    begin, rest = ours[:7], ours[7:]
    for pieces in ([ours], [begin, rest], [begin, *(bytes([each]) for each in rest)]):
        report = CrashReport()
        came = b"".join(report.feed(piece) for piece in (b"x\n", theirs, *pieces, b"  File "))
        assert came + report.rest() == b"x\n" + theirs + b"  File "


LEFT = "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,)).start()\n"


async def test_what_is_left_behind_is_told_below_the_traceback(engine: Runs) -> None:
    code = f"{LEFT}try:\n    undefined\nexcept NameError as e:\n    raise ValueError('no') from e\n"
    printed = (await script(engine, code)).printed
    assert 0 < printed.index("ValueError: no") < printed.index("1 thread was still running")


async def test_a_script_that_closes_every_file_is_said_to(engine: Runs) -> None:
    ran = await script(engine, "import os\nos.closerange(3, 65536)\nundefined\n")
    assert isinstance(ran.end, RunDied)
    assert ran.end.reason == "closed every open file, and so could not say how it ended"
    assert "name 'undefined' is not defined" in ran.printed
