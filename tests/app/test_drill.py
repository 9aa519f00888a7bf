"""Whatever runs, the screen answers, says what happened, and is ready for the next run."""

from __future__ import annotations

import re

import pytest

from tests.app.reading import ended, focus, number, turn_to, type_value
from tests.environment import ROOT
from tests.terminal import Terminal


def answers(terminal: Terminal) -> None:
    """The screen is alive: it opens and closes the help."""
    terminal.press("?")
    terminal.until("less, more")
    terminal.press("?")
    terminal.until(lambda t: "less, more" not in t.text)


def next_run_works(terminal: Terminal) -> None:
    """The first page's run comes to its end."""
    terminal.press("p")
    while "1/13  Descend" not in terminal.text:
        terminal.press("p")
        terminal.wait_for("1/13  Descend", seconds=0.5)
    terminal.until("Press r to run")
    terminal.press("r")
    terminal.until(ended())


@pytest.mark.parametrize("title", ["Deaf", "In C", "Flood"])
def test_what_never_ends_can_be_stopped(drill: Terminal, title: str) -> None:
    turn_to(drill, title)
    if title == "Flood":
        type_value(drill, "megabytes", "100000")
    drill.press("r")
    drill.until("● loss 1.000")
    answers(drill)
    drill.press("x")
    drill.until(ended("stopped"))
    next_run_works(drill)


@pytest.mark.parametrize("title", ["Deaf", "In C"])
def test_a_new_run_needs_no_stop(drill: Terminal, title: str) -> None:
    turn_to(drill, title)
    drill.press("r")
    drill.until("● loss 1.000")
    next_run_works(drill)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        # Long words go on in the next row, behind the prose beside them.
        ("Leaving", r"left without a word .exit status[^\n]*(?:\n[^\n]*)?▕?[^\n]* 3\)"),
        ("Segfault", "crashed .SIGSEGV."),
        ("Giant", "RuntimeError"),
        ("Raising", "ValueError: no such luck"),
    ],
)
def test_what_fails_says_how(drill: Terminal, title: str, words: str) -> None:
    turn_to(drill, title)
    drill.press("r")
    drill.until(ended("failed"))
    drill.until(ended(f"failed +.*{words}"))
    answers(drill)
    next_run_works(drill)


def test_a_failure_shows_the_line_it_happened_in(drill: Terminal) -> None:
    turn_to(drill, "Raising")
    drill.press("r")
    drill.until('raise ValueError("no such luck")')


def test_a_flood_says_how_much_was_left_out(drill: Terminal) -> None:
    turn_to(drill, "Flood")
    type_value(drill, "megabytes", "64")
    drill.press("r")
    drill.until(ended())
    # A slow machine passes on a little more of it.
    drill.until(lambda t: re.search(r"6[67]\.\d MB more was printed", t.text))


def test_printed_escapes_are_shown_and_not_obeyed(drill: Terminal) -> None:
    turn_to(drill, "Vandal")
    before = len(drill.raw)
    drill.press("r")
    drill.until(ended())
    drill.until("vandal was here")
    written = bytes(drill.raw[before:])
    assert b"\x1b[2J" not in written
    assert b"\x07" not in written
    assert b"\x1b[?1049l" not in written
    assert "␛[2J␛[H" in drill.text


def test_a_run_is_held_stepped_and_let_go(drill: Terminal) -> None:
    drill.press("2")
    drill.until("● running")
    drill.until(lambda t: (number(t, "loss") or 1) < 0.01)
    drill.press("space")
    drill.until("‖ paused")
    drill.press("s")
    drill.until("‖ paused")
    drill.press("space")
    drill.until("● running")
    drill.press("x")
    drill.until(ended("stopped"))


def test_what_is_asked_for_before_the_page_is_laid_out_is_done_then(drill: Terminal) -> None:
    drill.press("escape")
    drill.until("Learn PyTorch by running it")
    drill.press("enter")
    drill.until("1/13  Descend")
    drill.press("2")
    drill.until("● running")
    drill.until(lambda t: number(t, "steps") == 1_000_000)


def test_a_step_without_a_run_begins_one(drill: Terminal) -> None:
    drill.press("s")
    drill.until("‖ paused")
    drill.until(lambda t: number(t, "loss"))
    first = number(drill, "loss")
    drill.press("s")
    drill.until(lambda t: number(t, "loss") not in (first, None))


def test_a_live_knob_turned_while_it_runs_reaches_the_run(drill: Terminal) -> None:
    drill.press("2")
    drill.until("● running")
    drill.until(lambda t: number(t, "■ lr") == 0.1)
    focus(drill, "lr")
    drill.press("right")
    drill.until("‹0.2›")
    drill.until(lambda t: number(t, "■ lr") == 0.2)


def test_a_value_that_is_not_allowed_says_what_is(drill: Terminal) -> None:
    focus(drill, "steps")
    drill.press("enter", "0", "enter")
    drill.until("0 is not a whole number from 1 to")
    drill.press("escape")
    drill.until("‹200›")


def test_typed_values_hold_for_the_run(drill: Terminal) -> None:
    type_value(drill, "steps", "50")
    drill.press("r")
    drill.until(ended())
    drill.until(lambda t: x_ticks(t)[-1:] in (["40"], ["50"]))
    drill.press("d")
    drill.until("‹200›")


def x_ticks(terminal: Terminal) -> list[str]:
    """The numbers under the first picture."""
    rows = terminal.text.splitlines()
    axis = next((y for y, row in enumerate(rows) if "└" in row), len(rows))
    return rows[axis + 1].partition("▕")[2].split() if axis + 1 < len(rows) else []


def test_the_code_is_the_exact_source(drill: Terminal) -> None:
    drill.press("c")
    drill.until("descend, line")
    drill.until("changes = yield Scalars(step, loss=loss, lr=lr)")
    drill.until_quiet()
    source = (ROOT / "tests/process/faults.py").read_text(encoding="utf-8")
    function = source[source.index("def descend(") :].split("\n\n")[0].splitlines()
    shown = [row.strip() for row in drill.text.splitlines()]
    first = shown.index(function[0])
    assert shown[first : first + len(function)] == [row.strip() for row in function]
    drill.press("m")
    drill.until("the whole file")
    drill.press("c")
    drill.until("1/13  Descend")


def test_a_prediction_is_asked_for_once_and_judged(drill: Terminal) -> None:
    turn_to(drill, "Guess")
    drill.press("r")
    drill.until("Guess first: 1 or 2")
    drill.press("2")
    drill.until("✗ 2")
    drill.until("✓ 1")


def test_a_page_without_a_run_is_only_words(drill: Terminal) -> None:
    turn_to_words(drill)
    drill.press("r")
    assert "● running" not in drill.text
    drill.press("p")
    drill.until("12/13")


def turn_to_words(terminal: Terminal) -> None:
    """Go to the last page."""
    while "13/13" not in terminal.text:
        terminal.press("n")
        terminal.wait_for("13/13", seconds=0.5)
    terminal.until("Nothing runs here")


def test_light_and_dark(drill: Terminal) -> None:
    papers = [drill.cells()[20][20].paper]
    for _ in ("light", "high contrast"):
        drill.press("t")
        drill.until(lambda t: t.cells()[20][20].paper not in papers)
        papers.append(drill.cells()[20][20].paper)
    drill.press("t")
    drill.until(lambda t: t.cells()[20][20].paper == papers[0])
