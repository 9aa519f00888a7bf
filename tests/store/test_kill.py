"""A process that types and records runs is killed, 200 times, at moments nobody chose."""

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.store import open_store
from lessons.store.store import FILE_NAME
from tests.store.typist import text

SHARDS, KILLS = 20, 10
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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_at_most_the_last_second_is_lost(quick_folder: Path, shard: int) -> None:
    chance = random.Random(shard)
    # Half of them write without pause, so that most kills fall into a transaction.
    settle = 0.4 if shard % 2 else 0.0
    for _ in range(KILLS):
        lines = chance.randint(1, 450 if settle else 150)
        killed, said = type_until_killed(quick_folder, settle, lines)
        if (quick_folder / FILE_NAME).exists():
            assert is_sound(quick_folder / FILE_NAME)
        due = [(what, int(n)) for what, n, at in said if float(at) < killed - LOST_SECONDS]
        store = open_store(quick_folder)
        store.check()
        for what, number in due[-1:]:
            draft = store.drafts.latest("training/first-loop")
            assert draft is not None
            saved = int(draft.text.partition("\n")[0])
            assert draft.text == text(saved)
            assert saved >= number - (what == "run")
        runs = {run.uid: run for run in store.runs.all()}
        assert {f"run {number}" for what, number in due if what == "run"} <= set(runs)
        for uid in runs:
            (curve,) = store.runs.curves(uid)
            assert len(curve.values) == 400
            assert len(store.runs.views(uid)[0]) == 3000
        store.forget("training")
        for uid in runs:
            store.runs.delete(uid)
        store._database.run("DELETE FROM gone")
        store.close()
