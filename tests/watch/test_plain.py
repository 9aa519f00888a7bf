"""Watching without a screen: lines for a log, a pipe, a simple terminal."""

import os
import re
import signal
import subprocess

import pytest

from engine.watch import record as records
from tests.environment import MARK, marked, seconds
from tests.terminal import TOCHA
from tests.watch.conftest import WRONG, Bench


def test_plain_says_what_the_script_says_and_its_numbers(bench: Bench, train: str) -> None:
    result = bench.tocha("watch", train, "250", "0")
    *lines, last = result.stdout.splitlines()
    # Numbers come every ten seconds: on a slow machine also before the end.
    theirs = [line for line in lines if not line.startswith("[train.py] ")]
    assert theirs == ["at step 0", "at step 100", "at step 200", "done training"]
    assert re.match(r"\[train.py\] step 250  loss [\d.e-]+  lr 0.05  grad_norm [\d.e-]+", last)
    assert "\x1b" not in result.stdout
    assert float(re.findall(r"loss ([\d.e-]+)", last)[0]) == pytest.approx(
        bench.losses[-1], rel=1e-3
    )


def test_plain_tells_findings_in_a_line_each(bench: Bench) -> None:
    bench.write("wrong.py", WRONG)
    said = bench.tocha("watch", "--plain", "wrong.py").stdout
    assert "\x1b" not in said
    lines = re.findall(r"^\[wrong\.py\] step \d+: .*", said, re.MULTILINE)
    assert len(lines) == 2
    assert "Call `optimizer.zero_grad()` in each step" in lines[1]


def test_whoever_reads_may_leave(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import time
        for n in range(300): print("line", n); time.sleep(0.01)
        open("finished", "w").close()
        """,
    )
    command = f"{' '.join(TOCHA)} watch script.py | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        env=bench.environment,
        cwd=bench.folder,
        capture_output=True,
        text=True,
        timeout=seconds(100),
        check=False,
    )
    assert done.stdout == "line 0\n"
    result = bench.tocha("attach")
    assert "line 299" in result.stdout
    assert (bench.folder / "finished").exists()


@pytest.mark.parametrize(
    ("number_", "status"), [(signal.SIGTERM, 128 + 15), (signal.SIGINT, 128 + 2)]
)
def test_signals_without_a_terminal_reach_the_script(
    bench: Bench, number_: signal.Signals, status: int
) -> None:
    bench.write("script.py", "import time\nprint('ready', flush=True)\ntime.sleep(100)")
    process = bench.watching("ready")
    process.send_signal(number_)
    process.communicate(timeout=seconds(100))
    assert process.returncode == status
    assert bench.left_alive() == []


def test_plain_leaves_the_script_alone_when_the_login_ends(bench: Bench) -> None:
    bench.write("script.py", "import time\nprint('ready', flush=True)\ntime.sleep(1000)")
    terminal = bench.open("watch", "--plain", "script.py")
    terminal.until("ready")
    terminal.hang_up()
    terminal.process.wait(seconds(60))
    ((_, record),) = records.all_records(bench.watched)
    assert records.is_running(record)
    os.killpg(record.script, signal.SIGTERM)
    assert bench.tocha("attach").returncode == 128 + signal.SIGTERM


def test_plain_in_a_terminal_asks_before_it_ends_the_script(bench: Bench) -> None:
    bench.write("script.py", "import time\nprint('ready', flush=True)\ntime.sleep(1000)")
    first = bench.open("watch", "--plain", "script.py")
    first.until("ready")
    first.press("ctrl+c")
    first.until("y ends it, q leaves it running")
    first.press("n", "enter")
    first.until("It goes on.")
    first.press("ctrl+c")
    first.until(lambda t: t.text.count("y ends it") == 2)
    first.press("q", "enter")
    first.until("runs on; tocha attach 1 comes back")
    assert first.exit_status() == 0
    first.hang_up()
    with bench.open("attach", "--plain") as terminal:
        terminal.until("ready")
        terminal.press("ctrl+c")
        terminal.until("y ends it")
        terminal.press("y", "enter")
        terminal.until("was ended by SIGINT")
        assert terminal.exit_status() == 130
    assert not marked(bench.environment[MARK])
