"""Exercises with real keys in a real terminal: solved, dropped, taken to another editor."""

from __future__ import annotations

import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lessons.format.catalog import exercise, lesson
from lessons.store import open_store
from tests.app.reading import next_page
from tests.conftest import Opener
from tests.terminal import TOCHA, Terminal

NAME = "tensors/standardise"
TASK = exercise(NAME)
OPEN = (*TOCHA, "exercise", NAME, "--open")


def opened(terminal: Terminal) -> Terminal:
    """The exercise with its text, in the editor."""
    terminal.until("def standardise(table):")
    terminal.until(lambda t: "F4 Hint" in t.text and "enter Write" not in t.text)
    return terminal


def clear(terminal: Terminal) -> None:
    """Delete all that is written."""
    terminal.press("f7", "delete")
    terminal.until(lambda t: "def standardise" not in t.text)


def left_column(terminal: Terminal) -> str:
    """What stands beside the editor, its rows joined."""
    rows = (row.partition("▕")[0].strip() for row in terminal.text.splitlines())
    return " ".join(filter(None, rows))


def type_line(terminal: Terminal, line: str) -> None:
    """Type a line and wait until it is there: what is typed is what one sees."""
    terminal.press(*line, "enter")
    terminal.until(line.strip())


def leave_text(terminal: Terminal) -> None:
    """Out of the editor; a key right behind escape would be another key."""
    terminal.press("escape")
    terminal.until("enter Write")


def solve(terminal: Terminal) -> None:
    """Type a right answer as a person does: the editor indents."""
    clear(terminal)
    type_line(terminal, "def standardise(table):")
    type_line(terminal, "m = table.mean(dim=0)")
    type_line(terminal, "return (table - m) / table.std(dim=0)")


def test_an_exercise_is_solved_by_typing(open_terminal: Opener, tmp_path: Path) -> None:
    terminal = opened(open_terminal(*OPEN))
    solve(terminal)
    terminal.press("ctrl+r")
    terminal.until("✓ passed")
    terminal.until("average the rows")
    leave_text(terminal)
    terminal.press("escape")
    terminal.until("Learn PyTorch by running it")
    terminal.press("q")
    assert terminal.exit_status() == 0
    with closing(open_store(tmp_path)) as store:
        assert store.exercises.of(NAME).word == "passed"


def test_from_the_last_page_of_a_lesson_and_back(open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, "devices")
    terminal.until(f"1/{len(lesson('devices').pages)}")
    while "In short" not in terminal.text:
        next_page(terminal)
    terminal.until("1 to 3 open them.")
    assert "○ Pick a device" in terminal.text
    terminal.press("1")
    terminal.until("F4 Hint")
    terminal.press("ctrl+r")
    terminal.until("✗ not yet")
    leave_text(terminal)
    terminal.press("escape")
    terminal.until("◐ Pick a device")


@pytest.mark.parametrize("typed", ["whole", "half"])
def test_a_hang_up_while_typing_loses_nothing(
    typed: str, open_terminal: Opener, tmp_path: Path
) -> None:
    terminal = opened(open_terminal(*OPEN))
    clear(terminal)
    type_line(terminal, "def standardise(table):")
    words = "centre = table.mean(dim=0)" if typed == "whole" else "cent"
    terminal.press(*words)
    terminal.until(words)
    terminal.hang_up()
    terminal.exit_status()
    assert terminal.left_alive() == []
    with closing(open_store(tmp_path)) as store:
        draft = store.drafts.latest(NAME)
    assert draft is not None
    assert draft.text == f"def standardise(table):\n    {words}"

    again = open_terminal(*TOCHA)
    again.until(words)
    again.until("Standardise each column")


EDITOR = """#!{python}
import sys
from pathlib import Path
page = Path(sys.argv[1])
print("\x1b[2J\x1b[Han editor with", len(page.read_text()), "characters", flush=True)
input()
page.write_text(Path({answer!r}).read_text())
"""


def scribe(folder: Path, name: str = "scribe") -> str:
    """An editor that writes a right answer when enter is pressed."""
    editor, answer = folder / name, TASK.folder / "solution.py"
    editor.write_text(EDITOR.format(python=sys.executable, answer=str(answer)))
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    return str(editor)


def test_an_editor_in_the_terminal_takes_over_and_its_save_is_checked(
    open_terminal: Opener, tmp_path: Path
) -> None:
    terminal = opened(open_terminal(*OPEN, EDITOR=scribe(tmp_path)))
    terminal.press("f9")
    terminal.until(f"an editor with {len(TASK.stub)} characters")
    terminal.press("enter")
    terminal.until("✓ passed")
    terminal.until("table.std(dim=0)")
    terminal.until(lambda t: "an editor with" not in t.text)


def test_an_editor_with_its_own_window_leaves_the_screen_alone(
    open_terminal: Opener, tmp_path: Path
) -> None:
    editor = scribe(tmp_path, "code")
    text = Path(editor).read_text().replace("input()\n", "")
    Path(editor).write_text(text)
    terminal = opened(open_terminal(*OPEN, EDITOR=editor))
    terminal.press("f9")
    terminal.until("✓ passed")
    assert "an editor with" not in terminal.text


def test_a_hang_up_while_another_editor_has_the_terminal(
    open_terminal: Opener, tmp_path: Path
) -> None:
    terminal = opened(open_terminal(*OPEN, EDITOR=scribe(tmp_path)))
    terminal.press(*"mine", "f9")
    terminal.until("an editor with")
    terminal.hang_up()
    terminal.exit_status()
    assert terminal.left_alive() == []
    with closing(open_store(tmp_path)) as store:
        draft = store.drafts.latest(NAME)
    assert draft is not None
    assert "mine" in draft.text


@pytest.mark.parametrize("way", ["in place", "by a new file"])
def test_a_save_from_another_terminal_is_checked(
    way: str, open_terminal: Opener, tmp_path: Path
) -> None:
    terminal = opened(open_terminal(*OPEN, EDITOR="code"))
    leave_text(terminal)
    terminal.press("e")
    page = tmp_path / "exercises" / "tensors" / "standardise.py"
    terminal.until(lambda t: page.exists())
    terminal.until("code")
    for text, words in ((TASK.stub, "✗ not yet"), (TASK.solution, "✓ passed")):
        if way == "in place":
            page.write_text(text)
        else:
            new = page.with_suffix(".new")
            new.write_text(text)
            new.replace(page)
        terminal.until(words)


def test_what_was_saved_while_the_app_was_closed_is_taken(
    open_terminal: Opener, tmp_path: Path
) -> None:
    page = tmp_path / "exercises" / "tensors" / "standardise.py"
    page.parent.mkdir(parents=True)
    page.write_text(TASK.solution)
    terminal = open_terminal(*OPEN)
    terminal.until("✓ passed")


def test_a_file_that_is_no_text_is_told(open_terminal: Opener, tmp_path: Path) -> None:
    page = tmp_path / "exercises" / "tensors" / "standardise.py"
    page.parent.mkdir(parents=True)
    page.write_bytes(bytes(range(256)))
    terminal = opened(open_terminal(*OPEN))
    # Where the name of the file is long, these words are on two rows.
    terminal.until(lambda t: "it is not text" in left_column(t))
    page.write_bytes(b"x = 1\n" * 1_000_000)
    terminal.until(lambda t: "6.0 MB of text" in left_column(t))
    terminal.press("ctrl+r")
    terminal.until("✗ not yet")


def test_a_huge_paste_is_refused_and_the_screen_lives(open_terminal: Opener) -> None:
    terminal = opened(open_terminal(*OPEN))
    paste = b"\x1b[200~" + b"y = 1\n" * 1_700_000 + b"\x1b[201~"
    terminal.pour(paste)
    terminal.until("10.2 MB of text")
    solve(terminal)
    terminal.press("ctrl+r")
    terminal.until("✓ passed")
