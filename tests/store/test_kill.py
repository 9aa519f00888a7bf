"""A process that types and records runs is killed, 200 times, at moments nobody chose."""

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from lessons.store import Store, open_store
from lessons.store.store import FILE_NAME
from tests.store.typist import text

SHARDS, LANES, KILLS = 20, 5, 2
"""Together 200 kills; lanes run side by side, each in a folder of its own: typists mostly wait."""

LOST_SECONDS = 1.0


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is one: this is about processes, not about a slow disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name) / "tocha"


def type_until_killed(folder: Path, settle: float, lines: int) -> tuple[float, list[list[str]]]:
    """When the typist was killed (after so many lines), and all that it had said."""
    typist = subprocess.Popen(
        [sys.executable, "-m", "tests.store.typist", str(folder), str(settle)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert typist.stdout is not None
    said = [typist.stdout.readline() for _ in range(lines)]
    killed = time.monotonic()
    typist.kill()
    rest, _ = typist.communicate()
    assert typist.returncode == -signal.SIGKILL
    return killed, [line.split() for line in [*said, *rest.splitlines()] if line.count(" ") == 2]


def is_sound(file: Path) -> bool:
    """What SQLite says after reading every page, as the next session will find it."""
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_at_most_the_last_second_is_lost(quick_folder: Path, shard: int) -> None:
    chance = random.Random(shard)
    # Half of them write without pause, so that most kills fall into a transaction.
    settle = 0.4 if shard % 2 else 0.0
    lines = [
        [chance.randint(1, 450 if settle else 150) for _ in range(KILLS)] for _ in range(LANES)
    ]
    with ThreadPoolExecutor(LANES) as lanes:
        folders = [quick_folder / str(lane) for lane in range(LANES)]
        list(lanes.map(kill_again_and_again, folders, [settle] * LANES, lines))


def kill_again_and_again(folder: Path, settle: float, lines: list[int]) -> None:
    """Each time in the folder that the last kill has left."""
    for count in lines:
        killed, said = type_until_killed(folder, settle, count)
        if (folder / FILE_NAME).exists():
            assert is_sound(folder / FILE_NAME)
        due = [(what, int(n)) for what, n, at in said if float(at) < killed - LOST_SECONDS]
        with closing(open_store(folder)) as store:
            store.check()
            holds(store, due)
            start_over(store)


def holds(store: Store, due: list[tuple[str, int]]) -> None:
    """All that was due is there, and all that is there is whole."""
    for what, number in due[-1:]:
        draft = store.drafts.latest("training/first-loop")
        assert draft is not None
        saved = int(draft.text.partition("\n")[0])
        assert draft.text == text(saved)
        assert saved >= number - (what == "run")
    runs = {run.uid for run in store.runs.all()}
    assert {f"run {number}" for what, number in due if what == "run"} <= runs
    for uid in runs:
        (curve,) = store.runs.curves(uid)
        assert len(curve.values) == 400
        assert len(store.runs.views(uid)[0]) == 3000


def start_over(store: Store) -> None:
    """Delete what was kept, as if it had never been."""
    store.forget("training")
    for run in store.runs.all():
        store.runs.delete(run.uid)
    store._database.run("DELETE FROM gone")
