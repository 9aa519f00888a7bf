"""Watchers come and go, connections drop, and no point is missing."""

import asyncio
import os
import random
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.process.protocol import AnyEvent, Printed, Samples, encode
from engine.watch import record as records
from engine.watch.follower import Follower, Lost
from tests.app.reading import number
from tests.environment import seconds
from tests.watch.conftest import WRONG, Bench


def the_losses(events: list[AnyEvent]) -> tuple[list[float], list[float]]:
    """Steps and losses in the order they came."""
    samples = [event for event in events if isinstance(event, Samples) and event.name == "loss"]
    assert all(event.low is None for event in samples)
    steps = np.concatenate([np.asarray(event.steps) for event in samples])
    values = np.concatenate([np.asarray(event.values) for event in samples])
    return steps.tolist(), values.tolist()


def output(events: list[AnyEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Printed))


def place_of(bench: Bench, number_: int = 1) -> Path:
    return bench.watched / str(number_)


async def follow(place: Path) -> list[AnyEvent]:
    """Everything, from the first byte to the end."""
    return [event async for batch in Follower(place).batches() for event in batch]


def start_and_leave(bench: Bench, *arguments: str) -> None:
    """Watch a script, see it train, press q, and hang up: only the script is left."""
    terminal = bench.open("watch", *arguments)
    terminal.until(lambda t: (number(t, "step") or 0) > 0)
    terminal.press("q")
    terminal.until("runs on; tocha attach 1 comes back to it")
    assert terminal.exit_status() == 0
    terminal.hang_up()


def test_a_view_shows_everything_and_keeps_the_exit_status(bench: Bench, train: str) -> None:
    bench.write("script.py", f"exec(open('{train}').read())\ntime.sleep(1)\nraise SystemExit(5)")
    with bench.open("watch", "script.py", "300", "0.005") as terminal:
        terminal.until("runs")
        terminal.until("at step 100")
        for name in ("loss", "lr 0.05", "grad_norm", "steps/s", "memory"):
            terminal.until(name)
        terminal.until("ended with exit status 5")
        terminal.until("done training")
        assert (number(terminal, "step") or 0) == 300
        terminal.press("q")
        assert terminal.exit_status() == 5
    assert bench.left_alive() == []


async def test_q_leaves_the_view_and_attach_comes_back(bench: Bench, train: str) -> None:
    start_and_leave(bench, train, "1500", "0.004")
    with bench.open("attach") as again:
        again.until("at step 100")
        again.until("has finished")
        again.press("q")
        assert again.exit_status() == 0
    steps, values = the_losses(await follow(place_of(bench)))
    assert steps == list(range(1, 1501))
    assert values == bench.losses
    assert bench.left_alive() == []


@pytest.mark.parametrize("how", ["hang up", "kill"])
async def test_a_dropped_connection_loses_nothing(bench: Bench, train: str, how: str) -> None:
    terminal = bench.open("watch", train, "1200", "0.004")
    terminal.until(lambda t: (number(t, "step") or 0) > 100)
    if how == "kill":
        terminal.send(signal.SIGKILL)
    else:
        terminal.hang_up()
    terminal.process.wait(seconds(60))
    terminal.hang_up()
    with bench.open("attach") as again:
        again.until("at step 100")
        again.until("done training")
        again.until("has finished")
        again.press("q")
        assert again.exit_status() == 0
    events = await follow(place_of(bench))
    steps, values = the_losses(events)
    assert steps == list(range(1, 1201))
    assert values == bench.losses
    assert "at step 0\nat step 100\n" in output(events)


async def test_a_connection_cut_at_any_byte_goes_on_there(bench: Bench, train: str) -> None:
    start_and_leave(bench, train, "800", "0.005")
    chance, events, cuts = random.Random(1), [], 0
    follower = Follower(place_of(bench))
    async for batch in follower.batches():
        events += batch
        if follower._writer is not None and chance.random() < 0.3:
            follower._writer.transport.abort()
            cuts += 1
    assert cuts > 3
    whole = await follow(place_of(bench))
    assert [encode(event) for event in events] == [encode(event) for event in whole]
    steps, values = the_losses(events)
    assert steps == list(range(1, 801))
    assert values == bench.losses


async def test_several_watch_at_once(bench: Bench, train: str) -> None:
    start_and_leave(bench, train, "400", "0.005")
    heard = await asyncio.gather(*(follow(place_of(bench)) for _ in range(4)))
    for events in heard:
        assert the_losses(events)[1] == bench.losses


def test_two_views_of_one_script(bench: Bench, train: str) -> None:
    first = bench.open("watch", train, "100000", "0.005")
    first.until(lambda t: (number(t, "step") or 0) > 0)
    with bench.open("attach") as second:
        second.until("at step 0")
        first.press("q")
        assert first.exit_status() == 0
        before = number(second, "step") or 0
        second.until(lambda t: (number(t, "step") or 0) > before)
        second.press("ctrl+c")
        second.until("End train.py?")
        second.press("y")
        second.until("was ended by SIGINT")
        second.press("q")
        assert second.exit_status() == 130


def test_of_several_scripts_one_is_chosen(bench: Bench) -> None:
    for name in ("one.py", "two.py"):
        bench.write(name, f"import time\nprint('here is {name}', flush=True)\ntime.sleep(1000)")
    for number_, name in enumerate(("one.py", "two.py"), 1):
        terminal = bench.open("watch", name)
        terminal.until(f"here is {name}")
        terminal.press("q")
        terminal.until(f"tocha attach {number_} comes back")
        terminal.exit_status()
        terminal.hang_up()
    unasked = bench.tocha("attach")
    assert unasked.returncode == 2
    assert [line.split()[2] for line in unasked.stderr.splitlines()[:2]] == ["two.py", "one.py"]
    assert "try: tocha attach NUMBER" in unasked.stderr
    with bench.open("attach") as terminal:
        terminal.until("Which")
        terminal.press("1", "enter")
        terminal.until("here is one.py")
        terminal.press("ctrl+c")
        terminal.until("End one.py?")
        terminal.press("y")
        terminal.until("was ended by SIGINT")
        terminal.press("q")
        terminal.exit_status()
    assert "130" in bench.tocha("attach", "--list").stdout.splitlines()[1]


async def test_the_socket_is_made_again_when_it_vanishes(bench: Bench, train: str) -> None:
    start_and_leave(bench, train, "2000", "0.004")
    (_, record), *_ = records.all_records(bench.watched)
    Path(record.socket).unlink()
    for _ in range(200):
        if records.is_running(record):
            break
        await asyncio.sleep(0.05)
    assert records.is_running(record)
    os.killpg(record.script, signal.SIGTERM)
    await follow(place_of(bench))


def test_ctrl_c_asks_before_it_ends_the_script(bench: Bench, train: str) -> None:
    with bench.open("watch", train, "100000", "0.005") as terminal:
        terminal.until(lambda t: (number(t, "step") or 0) > 0)
        terminal.press("ctrl+c")
        terminal.until("End train.py?")
        terminal.press("n")
        terminal.until(lambda t: "End train.py?" not in t.text)
        before = number(terminal, "step") or 0
        terminal.until(lambda t: (number(t, "step") or 0) > before)
        terminal.press("ctrl+c")
        terminal.until("End train.py?")
        terminal.press("y")
        terminal.until("was ended by SIGINT")
        terminal.until("KeyboardInterrupt")
        terminal.press("q")
        assert terminal.exit_status() == 130
    assert bench.left_alive() == []


def test_a_script_that_will_not_end_is_ended_harder(bench: Bench) -> None:
    bench.write(
        "deaf.py",
        """
        import signal, time
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda n, _: print("heard", n, flush=True))
        print("ready", flush=True)
        while True: time.sleep(0.1)
        """,
    )
    with bench.open("watch", "deaf.py") as terminal:
        terminal.until("ready")
        for words, heard in (("End deaf.py?", "heard 2"), ("SIGTERM?", "heard 15")):
            terminal.press("ctrl+c")
            terminal.until(words)
            terminal.press("y")
            terminal.until(heard)
        terminal.press("ctrl+c")
        terminal.until("Kill it?")
        terminal.press("y")
        terminal.until("was ended by SIGKILL")
        terminal.press("q")
        assert terminal.exit_status() == 137


def test_findings_appear_as_they_happen(bench: Bench) -> None:
    bench.write("wrong.py", WRONG)
    bench.write("then.py", "import time\nexec(open('wrong.py').read())\ntime.sleep(1000)")
    with bench.open("watch", "then.py") as terminal:
        terminal.until("Old gradients are still there")
        terminal.until("zero_grad")
        terminal.until("▲ 2/2 Old")
        terminal.until("runs")
        terminal.press("f")
        terminal.until("▲ 1/2 Every")
        terminal.until("Give both one shape")
        terminal.press("ctrl+c", "y")
        terminal.until("was ended by SIGINT")


def test_the_gpu_is_shown_where_there_is_one(bench: Bench, train: str) -> None:
    programs = bench.folder / "bin"
    bench.write(
        "bin/nvidia-smi",
        """\
        #!/bin/sh
        while true; do echo 'GPU-1, 37, 2048'; sleep 0.2; done
        """,
    ).chmod(0o755)
    bench.environment["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    with bench.open("watch", train, "100000", "0.005") as terminal:
        terminal.until("GPU use 37 %")
        terminal.until("GPU memory 2.15 GB")
        # An interrupt that comes while it imports ends it in other ways.
        terminal.until(lambda t: (number(t, "step") or 0) > 0)
        terminal.press("ctrl+c")
        terminal.until("End train.py?")
        terminal.press("y")
        terminal.until("was ended by SIGINT")
        terminal.press("q")
        terminal.exit_status()
    assert bench.left_alive() == []


def test_a_flood_of_output_stops_nobody(bench: Bench) -> None:
    bench.write(
        "flood.py",
        """
        import sys
        for _ in range(1500): sys.stdout.write("x" * 99 * 1000 + "\\n")
        print("last line")
        """,
    )
    with bench.open("watch", "flood.py") as terminal:
        terminal.until("last line")
        terminal.until("has finished")
    assert (place_of(bench) / records.LOG).stat().st_size < 100 << 20


def test_progress_bars_show_their_last_state(bench: Bench) -> None:
    bench.write(
        "bar.py",
        """
        import sys, time
        for percent in range(0, 101, 10):
            sys.stderr.write(f"\\r{percent:3}% done")
            sys.stderr.flush()
        sys.stderr.write("\\n\\x1b[2J\\x1b]0;title\\x07after\\n")
        """,
    )
    with bench.open("watch", "bar.py") as terminal:
        terminal.until("has finished")
        terminal.until("100% done")
        assert " 90% done" not in terminal.text
        terminal.until("␛[2J␛]0;title␇after")


async def test_a_keeper_that_was_killed_is_said_to_be_gone(bench: Bench, train: str) -> None:
    start_and_leave(bench, train, "100000", "0.005")
    (_, record), *_ = records.all_records(bench.watched)
    psutil.Process(record.keeper).kill()
    result = await asyncio.to_thread(bench.tocha, "attach", "--plain")
    assert result.returncode == 1
    assert "is out of reach" in result.stdout
    assert "at step 0" in result.stdout
    assert "out of reach" in bench.tocha("attach", "--list").stdout
    with pytest.raises(Lost):
        await follow(place_of(bench))


def test_old_logs_are_pruned(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "KEPT_SCRIPTS", 2)
    bench.write("script.py", "pass")
    for _ in range(4):
        assert bench.tocha("watch", "script.py").returncode == 0
    records.prune(bench.watched)
    assert sorted(path.name for path in bench.watched.iterdir()) == ["3", "4"]
    for path in (bench.watched / "3").iterdir():
        os.utime(path, (0, 0))
    records.prune(bench.watched)
    assert [path.name for path in bench.watched.iterdir()] == ["4"]


def test_what_another_machine_runs_is_left_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.setattr("socket.gethostname", lambda: "gpu7")
        place = records.make(bench.watched, "far.py", ["far.py"], "/home", 0.0)
    monkeypatch.setattr(records, "KEPT_SCRIPTS", 0)
    records.prune(bench.watched)
    assert place.exists()
    assert "on gpu7" in bench.tocha("attach", "--list").stdout
    os.utime(place / records.RECORD, (0, 0))
    records.prune(bench.watched)
    assert not place.exists()
