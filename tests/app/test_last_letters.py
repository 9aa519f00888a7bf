"""What was typed last is there however soon one leaves; what cannot be kept is told."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lessons.store import open_store
from lessons.store.store import FILE_NAME
from tests.conftest import Opener
from tests.terminal import TOCHA, Terminal

TYPED = "zqxwzqxwzqxw"

ENDINGS: dict[str, Callable[[Terminal], None]] = {
    "ctrl+q": lambda terminal: terminal.press("ctrl+q"),
    "SIGTERM": lambda terminal: terminal.send(signal.SIGTERM),
}

PLACES = {
    "scratch": (("scratch",), "import torch"),
    "exercise": (("exercise", "tensors/standardise", "--open"), "F4 Hint"),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", PLACES)
def test_leaving_does_not_overtake_letters(
    open_terminal: Opener, tmp_path: Path, place: str, ending: str
) -> None:
    words, shown = PLACES[place]
    terminal = open_terminal(*TOCHA, *words)
    terminal.until(shown)
    terminal.press(*TYPED)
    if ending != "ctrl+q":
        # A signal is no key: it may come before them.
        terminal.until(TYPED)
    ENDINGS[ending](terminal)
    terminal.exit_status()
    with closing(open_store(tmp_path)) as store:
        assert any(TYPED in draft.text for draft in store.drafts.all())


def test_what_the_disk_did_not_take_is_told_when_one_leaves(
    open_terminal: Opener, tmp_path: Path
) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        terminal = open_terminal(*TOCHA, "scratch")
        terminal.until("import torch")
        terminal.press(*TYPED)
        terminal.until(TYPED)
        terminal.press("ctrl+q")
        assert terminal.exit_status() == 1
    assert "tocha: what you wrote or did last is not kept" in terminal.text


def test_where_nothing_was_done_nothing_is_lost(open_terminal: Opener, tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        terminal = open_terminal(*TOCHA, "scratch")
        terminal.until("import torch")
        terminal.press("ctrl+q")
        assert terminal.exit_status() == 0
    assert "not kept" not in terminal.text
