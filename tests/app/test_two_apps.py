"""Two apps at once over one data folder, as with two connections to one machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from lessons.store import open_store
from tests.conftest import Opener
from tests.terminal import TOCHA

NAME = "tensors/standardise"


def test_both_keep_what_was_typed_and_run(open_terminal: Opener, tmp_path: Path) -> None:
    words = {"one = 1": None, "two = 2": None}
    terminals = [open_terminal(*TOCHA, "exercise", NAME, "--open") for _ in words]
    for terminal in terminals:
        terminal.until("def standardise(table):")
        terminal.until(lambda t: "F4 Hint" in t.text and "enter Write" not in t.text)
    for terminal, typed in zip(terminals, words, strict=True):
        terminal.press(*typed)
        terminal.until(typed)
        terminal.press("ctrl+r")
        terminal.until("✗ not yet")
    for terminal in terminals:
        terminal.press("ctrl+q")
        assert terminal.exit_status() == 0
    with closing(open_store(tmp_path)) as store:
        kept = [draft.text for draft in store.drafts.all(NAME)]
        assert store.exercises.of(NAME).attempts == 2
    for typed in words:
        assert any(typed in text for text in kept), kept
