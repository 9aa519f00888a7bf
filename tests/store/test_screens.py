"""Earlier runs and reviews, with real keys in a real terminal."""

import csv
import json
import re
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from lessons.learner import review
from lessons.store import Curve, Run, open_store
from tests.app.reading import ended, number, type_value
from tests.conftest import Opener
from tests.terminal import Terminal

DRILL = (sys.executable, "-P", "-m", "tests.practice")
DAY = 86_400.0


@pytest.fixture
def two_runs(open_terminal: Opener) -> Terminal:
    """The list of two runs of 7 and of 9 steps, the newer one under the cursor."""
    terminal = open_terminal(*DRILL, "drill")
    terminal.until("A short one")
    for steps in ("7", "9"):
        type_value(terminal, "steps", steps)
        before = number(terminal, "loss")
        terminal.press("r")
        shown = (None, before)
        terminal.until(lambda t, shown=shown: number(t, "loss") not in shown)  # type: ignore[misc]
        terminal.until(ended())
    terminal.press("l")
    terminal.until("Earlier runs")
    terminal.until("steps 9")
    return terminal


@pytest.fixture
def two_kept(open_terminal: Opener, tmp_path: Path) -> Terminal:
    """The same list, of runs that were kept on another day."""
    with closing(open_store(tmp_path)) as store:
        for count, steps in enumerate((7, 9)):
            run = Run(
                experiment="drill.descend",
                knobs={"steps": steps},
                started=time.time() - DAY + count,
            )
            losses = [1.0 / (n + 1) for n in range(steps)]
            store.runs.add(run, [Curve("loss", range(steps), losses, length=steps)])
    terminal = open_terminal(*DRILL)
    terminal.until("l Earlier runs")
    terminal.press("l")
    terminal.until("steps 9")
    return terminal


def test_runs_are_compared_and_run_again(two_runs: Terminal) -> None:
    terminal = two_runs
    terminal.press("space", "down", "space")
    terminal.until("A loss")
    terminal.until("B loss")
    terminal.until(lambda t: t.row_with("steps  ").split()[-2:] == ["9", "7"])
    assert "the same:" in terminal.text
    terminal.press("r")
    terminal.until(ended())
    terminal.until("1/13")
    terminal.until(lambda t: re.search(r"steps +‹?7\b", t.text))


def export_to(terminal: Terminal, name: str) -> None:
    """Type another name over the one that is suggested."""
    terminal.press("e")
    terminal.until("drill.descend-20")
    terminal.press("ctrl+u")
    terminal.until(lambda t: "drill.descend-20" not in t.text)
    terminal.press(*name)
    terminal.until(name)
    terminal.press("enter")


def _has_all(file: Path) -> bool:
    """Whether a file is there and not still being written: both kinds end with what closes them."""
    text = file.read_text() if file.exists() else ""
    return text.rstrip().endswith("}") if file.suffix == ".json" else text.endswith("\n")


def _is_written(name: str, folder: Path, terminal: Terminal) -> bool:
    # The notice leaves after a while: a slow machine may miss it.
    return f"{name} is written" in terminal.text or _has_all(folder / name)


def test_runs_are_exported(two_kept: Terminal, tmp_path: Path) -> None:
    terminal = two_kept
    for suffix in ("csv", "json"):
        export_to(terminal, f"out.{suffix}")
        terminal.until(partial(_is_written, f"out.{suffix}", tmp_path))
    (run,) = json.loads((tmp_path / "out.json").read_text())["runs"]
    assert run["knobs"]["steps"] == 9
    assert len(run["curves"]["loss"]["values"]) == 9
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    values = [float(row["value"]) for row in rows if row["curve"] == "loss"]
    assert values == run["curves"]["loss"]["values"]
    assert {row["knob steps"] for row in rows} == {"9"}
    export_to(terminal, "out.csv")
    terminal.until("is there already")


def test_a_run_is_deleted_when_one_says_yes(two_kept: Terminal, tmp_path: Path) -> None:
    terminal = two_kept
    terminal.press("d")
    terminal.until("Delete this run for good?")
    terminal.press("n")
    terminal.until(lambda t: "for good" not in t.text)
    assert len(open_store(tmp_path).runs.all()) == 2
    terminal.press("d")
    terminal.until("Delete this run for good?")
    terminal.press("y")
    terminal.until(lambda t: "steps 9" not in t.text)
    (run,) = open_store(tmp_path).runs.all()
    assert run.knobs["steps"] == 7


def test_what_was_missed_is_asked_again(open_terminal: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    name = "prediction:drill/Guess"
    review.enter(store, name, correct=False, now=time.time() - 3 * DAY)
    (before,) = store.reviews.cards()
    terminal = open_terminal(*DRILL)
    terminal.until("v Review")
    terminal.press("v")
    terminal.until("How does it end?")
    terminal.press("1")
    terminal.until(ended())
    terminal.until("You saw it coming.")
    terminal.press("n")
    terminal.until("That is all for today.")
    terminal.press("n")
    terminal.until(lambda t: "v Review" not in t.text and "Drill" in t.text)
    terminal.press("q")
    terminal.exit_status()
    (after,) = store.reviews.cards()
    assert after.due > before.due + DAY
    assert 0 < store.reviews.seconds_since(0.0) < review.SECONDS_A_DAY


def test_a_miss_in_a_lesson_comes_back(open_terminal: Opener, tmp_path: Path) -> None:
    terminal = open_terminal(*DRILL, "drill")
    terminal.until("A short one")
    terminal.press("p", *["n"] * 9)
    terminal.until("How does it end?")
    terminal.press("2")
    terminal.until(ended())
    terminal.until("Not this time.")
    terminal.press("escape")
    terminal.until("1 missed")
    (card,) = open_store(tmp_path).reviews.cards()
    assert card.name == "prediction:drill/Guess"
    assert 0.5 * DAY < card.due - time.time() < 1.5 * DAY
