"""What a watched script writes arrives as it was written, where it was written."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import psutil
import pytest

from engine.process.protocol import Printed, Samples, decode_event
from engine.watch import record as records
from tests.environment import seconds
from tests.terminal import TOCHA
from tests.watch.conftest import Bench

BOTH = """
    import sys
    for n in range(5):
        print("out", n, flush=True)
        print("err", n, file=sys.stderr, flush=True)
    sys.stdout.buffer.write(b"\\xff\\x00 bytes \\xe2\\x82")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\\xac\\n")
"""


def wait_for(is_so: object, bound: float = 60.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds(bound)
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_both_streams_are_kept_apart_byte_by_byte(bench: Bench) -> None:
    bench.write("script.py", BOTH)
    done = subprocess.run(
        [*TOCHA, "watch", "script.py"],
        env=bench.environment,
        cwd=bench.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds(100),
        check=False,
    )
    own = [line for line in done.stdout.split(b"\n") if not line.startswith(b"[script.py] ")]
    assert own[:5] == [b"out %d" % n for n in range(5)]
    assert own[5] == b"\xff\x00 bytes \xe2\x82\xac"
    assert done.stderr == b"".join(b"err %d\n" % n for n in range(5))


def test_both_streams_stay_in_order_where_they_are_one(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import sys, time
        for n in range(3):
            print("out", n, flush=True)
            time.sleep(0.15)
            print("err", n, file=sys.stderr, flush=True)
            time.sleep(0.15)
        """,
    )
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(TOCHA)} watch script.py 2>&1 | cat"],
        env=bench.environment,
        cwd=bench.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds(100),
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if not line.startswith("[script.py] ")]
    assert said == ["out 0", "err 0", "out 1", "err 1", "out 2", "err 2"]


ASKS = """
    import os, shutil, sys
    print("terminals", sys.stdout.isatty(), sys.stderr.isatty(), sys.stdin.isatty())
    print("columns", os.get_terminal_size(1).columns if sys.stdout.isatty() else None)
    print("newline", repr(os.linesep), flush=True)
"""


def test_a_terminal_is_one_for_the_script_and_as_wide(bench: Bench) -> None:
    bench.write("script.py", ASKS)
    with bench.open("watch", "--plain", "script.py", columns=97) as terminal:
        terminal.until("terminals True True False")
        terminal.until("columns 97")
        assert terminal.exit_status() == 0
    piped = bench.tocha("watch", "script.py")
    assert "terminals False False False\ncolumns None\n" in piped.stdout


def test_the_screen_gives_a_terminal_too(bench: Bench) -> None:
    bench.write("script.py", ASKS)
    with bench.open("watch", "script.py") as terminal:
        terminal.until("terminals True True False")
        terminal.until("has finished")
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_a_child_that_outlives_the_script_keeps_its_output(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import os, time
        if os.fork() == 0:
            while os.getppid() != 1 and not os.path.exists("go"):
                time.sleep(0.01)
            time.sleep(0.2)
            print("the child is still here", flush=True)
            open("said", "w").close()
            os._exit(0)
        print("the script ends", flush=True)
        os._exit(3)
        """,
    )
    assert bench.tocha("watch", "script.py").returncode == 3
    bench.write("go", "")
    wait_for((bench.folder / "said").exists)
    log = bench.watched / "1" / records.LOG

    def is_logged() -> bool:
        events = map(decode_event, log.read_bytes().splitlines())
        return any(isinstance(e, Printed) and "still here" in e.text for e in events)

    wait_for(is_logged)
    assert bench.left_alive() == []


def test_a_script_survives_its_keeper(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import os, time
        print("ready", flush=True)
        while not os.path.exists("go"): time.sleep(0.01)
        for n in range(3000): print("line", n, "x" * 100, flush=True)
        open("finished", "w").close()
        """,
    )
    process = bench.watching("ready")
    ((place, record),) = records.all_records(bench.watched)
    psutil.Process(record.keeper).kill()
    bench.write("go", "")
    said, _ = process.communicate(timeout=seconds(100))
    assert process.returncode == 1
    assert "is out of reach" in said
    wait_for((bench.folder / "finished").exists)
    assert bench.left_alive() == []
    events = map(decode_event, (place / records.LOG).read_bytes().splitlines())
    text = "".join(each.text for each in events if isinstance(each, Printed))
    assert text.count("line") == 3000


def test_the_last_loss_is_there_without_a_further_step(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import time, torch
        w = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1)
        for step in range(7):
            optimizer.zero_grad()
            loss = ((w - 3) ** 2).sum()
            loss.backward()
            optimizer.step()
        print("paused", flush=True)
        time.sleep(1000)
        """,
    )
    process = bench.watching("paused")
    log = bench.watched / "1" / records.LOG

    def steps() -> list[float]:
        events = map(decode_event, log.read_bytes().splitlines())
        return [
            float(step)
            for each in events
            if isinstance(each, Samples) and each.name == "loss"
            for step in each.steps
        ]

    wait_for(lambda: steps() == list(range(1, 8)))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=seconds(100))
    assert process.returncode == 128 + signal.SIGTERM


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="elsewhere it is a file")
def test_a_flood_says_how_much_is_missing(bench: Bench) -> None:
    bench.write(
        "flood.py",
        """
        import sys
        for _ in range(900): sys.stdout.write("x" * 99 * 1000 + "\\n")
        print("last line")
        """,
    )
    said = bench.tocha("watch", "flood.py").stdout
    assert said.splitlines()[-2:] != []
    assert "bytes of its output were too many to keep" in said
    assert "last line" in said
