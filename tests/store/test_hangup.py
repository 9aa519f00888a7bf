"""A connection drops in the middle of a lesson and of an exercise: nothing is lost."""

import re
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lessons.store import RunState, open_store
from tests.app.reading import Points, curve, ended, number, type_value
from tests.conftest import Opener
from tests.environment import seconds
from tests.store.editor import NAME
from tests.terminal import PATIENCE_SECONDS, Terminal

DRILL = (sys.executable, "-P", "-m", "tests.practice")
EDITOR = (sys.executable, "-P", "-m", "tests.store.editor")


def drop(terminal: Terminal) -> None:
    """The connection drops; nothing of the app may stay behind."""
    terminal.hang_up()
    terminal.exit_status()
    assert terminal.left_alive() == []


def run_seven_steps(terminal: Terminal) -> tuple[Points, Points]:
    """On the first page, with a knob turned; the curve it draws."""
    terminal.until("A short one")
    type_value(terminal, "steps", "7")
    terminal.press("r")
    terminal.until(ended())
    terminal.until_quiet()
    return curve(terminal, "loss", "●")


def is_as_it_was(again: Terminal, drawn: tuple[Points, Points]) -> None:
    """The page, the knob, and the finished picture, dot for dot."""
    again.until(ended())
    again.until("1/13")
    again.until(lambda t: re.search(r"steps +7 ", t.text))
    assert len(drawn[0]) > 10
    again.until(lambda t: same(curve(t, "loss", "●"), drawn))


def same(one: tuple[Points, Points], other: tuple[Points, Points]) -> bool:
    return all(map(np.array_equal, one, other))


def test_a_lesson_opens_where_the_connection_dropped(open_terminal: Opener) -> None:
    terminal = open_terminal(*DRILL, "drill")
    drawn = run_seven_steps(terminal)
    drop(terminal)

    again = open_terminal(*DRILL)
    is_as_it_was(again, drawn)
    again.press("n")
    again.until("2/13")
    again.press("escape")
    again.until("Next  Drill, page 2")
    again.press("q")
    again.exit_status()

    home = open_terminal(*DRILL)
    home.until("Next  Drill, page 2")
    home.until("1/13 pages")
    home.press("enter")
    home.until("2/13")


def test_a_lesson_opens_where_the_app_was_killed(open_terminal: Opener, tmp_path: Path) -> None:
    terminal = open_terminal(*DRILL, "drill")
    drawn = run_seven_steps(terminal)
    with closing(open_store(tmp_path)) as store:
        end = time.monotonic() + seconds(PATIENCE_SECONDS)
        # The second that may be lost.
        while (place := store.places.of("drill")) is None or not place.run:
            assert time.monotonic() < end
            terminal.listen(0.05)
    terminal.send(signal.SIGKILL)
    terminal.exit_status()
    assert terminal.left_alive() == []
    is_as_it_was(open_terminal(*DRILL), drawn)


def test_a_run_that_was_under_way_is_kept_as_far_as_it_came(
    open_terminal: Opener, tmp_path: Path
) -> None:
    terminal = open_terminal(*DRILL, "drill")
    terminal.until("A long one")
    terminal.press("2")
    terminal.until(lambda t: (number(t, "loss") or 9.0) < 0.01)
    drop(terminal)

    store = open_store(tmp_path)
    (run,) = store.runs.all()
    assert run.state is RunState.STOPPED
    assert run.knobs["steps"] == 1_000_000
    assert run.steps > 10
    again = open_terminal(*DRILL)
    again.until(ended("stopped"))
    again.until("▸ 2  A long one")
    again.until(lambda t: (number(t, "loss") or 9.0) < 0.01)


@pytest.mark.parametrize("number_", [signal.SIGHUP, signal.SIGTERM])
def test_a_draft_is_there_to_the_last_key(open_terminal: Opener, number_: signal.Signals) -> None:
    terminal = open_terminal(*EDITOR)
    terminal.until("write here")
    terminal.press(*"loss.backward()")
    terminal.until("loss.backward()")
    terminal.press("enter", *"optimizer.step()")
    terminal.until("optimizer.step()")
    terminal.send(number_)
    terminal.exit_status()
    assert terminal.left_alive() == []
    again = open_terminal(*EDITOR)
    again.until("loss.backward()")
    again.until("optimizer.step()")


def test_a_draft_survives_the_drop_of_the_connection(open_terminal: Opener, tmp_path: Path) -> None:
    terminal = open_terminal(*EDITOR)
    terminal.until("write here")
    terminal.press(*"y = model(x)")
    terminal.until("y = model(x)")
    drop(terminal)
    draft = open_store(tmp_path).drafts.latest(NAME)
    assert draft is not None
    assert draft.text == "y = model(x)"


def test_a_home_that_cannot_be_used_is_said_in_one_sentence(
    open_terminal: Opener, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    terminal = open_terminal(*DRILL, "drill", TOCHA_HOME=str(tmp_path / "file" / "tocha"))
    terminal.until("Nothing is being saved")
    terminal.press("n")
    terminal.until("2/13")
    terminal.press("q")
    terminal.until("what you wrote or did last is not kept")
    assert terminal.exit_status() == 1
