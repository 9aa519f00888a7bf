"""The screen diff leaves out bytes, never a cell: one terminal fed all, one the changes."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from tui.terminal.screen_diff import ScreenDiff

COLUMNS, ROWS = 24, 6

STYLES = ["1", "38;2;255;140;60", "38;5;208;48;5;16", "3;31", "0"]
CHARACTERS = [*"ab ─⣿⢸é漢字🔥", "e\N{COMBINING ACUTE ACCENT}"]
TEXTS = st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=COLUMNS).map("".join)


def run(y: int, x: int, pieces: list[tuple[str, str]]) -> str:
    """Segments from a place on, cut where the row ends, as Textual does."""
    parts, left = [f"\x1b[{y};{x}H"], COLUMNS - x + 1
    for style, text in pieces:
        fitting = set_cell_size(text, min(cell_len(text), left))
        left -= cell_len(fitting)
        parts.append(f"\x1b[{style}m{fitting}\x1b[0m" if fitting else "")
    # On the last row a line end would scroll; Textual never sends one there.
    return "".join(parts) + ("\r\n" if y < ROWS else "")


runs = st.builds(
    run,
    st.integers(1, ROWS),
    st.integers(1, COLUMNS),
    st.lists(st.tuples(st.sampled_from(STYLES), TEXTS), min_size=1, max_size=3),
)
others = st.sampled_from(["\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l"])
frames = st.lists(
    st.tuples(runs, st.one_of(others, st.just(""))).map("".join),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(parts) + "\x1b[1;1H")


class Terminal:
    """A pyte screen without line wrap, as Textual asks for."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.screen.reset_mode(pyte.modes.DECAWM, private=False)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")

    def show(self, data: str) -> list[list[pyte.screens.Char]]:
        for mark in ("\x1b[?2026h", "\x1b[?2026l"):
            data = data.replace(mark, "")
        self.stream.feed(data)
        return [[self.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]


@settings(max_examples=150, deadline=None)
@given(st.lists(frames, min_size=1, max_size=6))
def test_a_terminal_fed_the_changes_shows_the_same_cells(sequence: list[str]) -> None:
    everything, changes = Terminal(), Terminal()
    diff = ScreenDiff(COLUMNS, ROWS)
    for frame in sequence:
        assert changes.show(diff.changes(frame)) == everything.show(frame)
        ours, theirs = changes.screen.cursor, everything.screen.cursor
        assert (ours.x, ours.y) == (theirs.x, theirs.y)


def test_a_frame_that_changes_nothing_costs_nothing() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    frame = "\x1b[2;3H\x1b[1mtocha\x1b[0m\x1b[1;1H"
    assert "tocha" in diff.changes(frame)
    assert diff.changes(frame) == ""


def test_only_the_changed_cell_is_sent() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    diff.changes("\x1b[1;1H\x1b[1mstep 1041 of 2000\x1b[0m\x1b[1;1H")
    assert diff.changes("\x1b[1;1H\x1b[1mstep 1042 of 2000\x1b[0m\x1b[1;1H") == (
        "\x1b[1;9H\x1b[1m2\x1b[m\x1b[1;1H"
    )


def test_after_an_unknown_sequence_everything_is_sent_again() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    frame = "\x1b[1;1Htocha\x1b[1;1H"
    diff.changes(frame)
    assert diff.changes("\x1b[2J").startswith("\x1b[2J")
    assert "tocha" in diff.changes(frame)
