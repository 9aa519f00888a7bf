"""The screen diff leaves out bytes, never a cell: one terminal fed all, one the changes."""

from __future__ import annotations

from random import Random

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from pyte.screens import Char
from rich.cells import cell_len, set_cell_size

from tui.terminal.screen_diff import ScreenDiff

COLUMNS, ROWS = 24, 6
BLANK = Char(" ")
STYLES = [
    "1", "38;2;255;140;60", "38;5;208;48;5;16", "3;31", "0",
    "1;38;2;255;140;60;48;5;16", "4;48;5;16", "7;31", "97;41", "9;38;2;1;2;3;3;1", "21;32", "38;5",
]  # fmt: skip
"""Also some that are not understood, and some that say a thing twice."""

CHARACTERS = [*"ab ─⣿⢸é漢字🔥", "e\N{COMBINING ACUTE ACCENT}"]
OTHERS = ["", "", "\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l"]


def run(random: Random) -> str:
    """Segments from a place on, cut where the row ends, as Textual does."""
    y, x = random.randint(1, ROWS), random.randint(1, COLUMNS)
    # Fewer kinds of characters in a run: then runs are often the same as before.
    characters = random.sample(CHARACTERS, random.randint(1, 4))
    parts, left = [f"\x1b[{y};{x}H"], COLUMNS - x + 1
    for _ in range(random.randint(1, 3)):
        text = "".join(random.choices(characters, k=random.randint(1, COLUMNS)))
        text = " " * len(text) if random.random() < 0.2 else text
        fitting = set_cell_size(text, min(cell_len(text), left))
        left -= cell_len(fitting)
        style = random.choice(STYLES)
        parts.append(f"\x1b[{style}m{fitting}\x1b[0m" if fitting else "")
    # On the last row a line end would scroll; Textual never sends one there.
    return "".join(parts) + ("\r\n" if y < ROWS else "")


def frames(random: Random, most: int) -> list[str]:
    """Some frames of some runs each."""
    return [
        "".join(run(random) + random.choice(OTHERS) for _ in range(random.randint(1, 8)))
        + "\x1b[1;1H"
        for _ in range(random.randint(1, most))
    ]


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
        return [
            [seen(cell) for cell in whole([self.screen.buffer[y][x] for x in range(COLUMNS)])]
            for y in range(ROWS)
        ]


def seen(cell: Char) -> Char:
    """A cell as one sees it: a blank that is not underlined, struck or reversed has no ink."""
    if cell.data != " " or cell.underscore or cell.strikethrough or cell.reverse or cell.blink:
        return cell
    return Char(" ", bg=cell.bg)


def whole(row: list[Char]) -> list[Char]:
    """A row where half of a wide character is a blank, as on real terminals; pyte leaves it."""
    ends = [*row[1:], BLANK]
    begins = [BLANK, *row[:-1]]

    def is_half(before: Char, cell: Char, after: Char) -> bool:
        if cell.data:
            return cell_len(cell.data) == 2 and after.data != ""
        return cell_len(before.data) < 2

    return [
        cell._replace(data=" ") if is_half(before, cell, after) else cell
        for before, cell, after in zip(begins, row, ends, strict=True)
    ]


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.booleans())
def test_a_terminal_fed_the_changes_shows_the_same_cells(seed: int, erases: bool) -> None:
    everything, changes = Terminal(), Terminal()
    diff = ScreenDiff(COLUMNS, ROWS, erases=erases)
    for frame in frames(Random(seed), 6):
        assert changes.show(diff.changes(frame)) == everything.show(frame)
        ours, theirs = changes.screen.cursor, everything.screen.cursor
        assert (ours.x, ours.y) == (theirs.x, theirs.y)


@settings(max_examples=100, deadline=None)
@given(st.integers(0), st.booleans())
def test_frames_that_were_never_sent_are_made_up_for_by_the_next(seed: int, erases: bool) -> None:
    everything, changes = Terminal(), Terminal()
    diff = ScreenDiff(COLUMNS, ROWS, erases=erases)
    random = Random(seed)
    for frame in [*frames(random, 12), ""]:
        wanted = everything.show(frame)
        diff.feed(frame)
        if not frame or random.random() < 0.5:
            assert changes.show(diff.take()) == wanted
            assert diff.is_clean


def test_what_may_do_anything_to_the_cells_stays_in_its_place() -> None:
    everything, changes = Terminal(), Terminal()
    diff = ScreenDiff(COLUMNS, ROWS)
    for frame in ["\x1b[1;1Hbefore\x1b[2J\x1b[2;1Hafter\x1b[1;1H", "\x1b[1;3Hx\x1b[2K\x1b[1;1H"]:
        diff.feed(frame)
        assert changes.show(diff.take()) == everything.show(frame)


def test_a_bell_and_a_title_are_no_cells() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    diff.changes("\x1b[1;1Htocha\x1b[1;1H")
    said = "\a\x1b]52;c;aGk=\a\x1b[?1016h"
    assert diff.changes(said) == said
    assert diff.changes("\x1b[1;1Htocha\x1b[1;1H") == ""


def test_a_frame_that_changes_nothing_costs_nothing() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    frame = "\x1b[2;3H\x1b[1mtocha\x1b[0m\x1b[1;1H"
    assert "tocha" in diff.changes(frame)
    assert diff.changes(frame) == ""


def test_only_the_changed_cell_is_sent() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    diff.changes("\x1b[1;1H\x1b[1mstep 1041 of 2000\x1b[0m\x1b[1;1H")
    assert diff.changes("\x1b[1;1H\x1b[1mstep 1042 of 2000\x1b[0m\x1b[1;1H") == (
        "\x1b[8C\x1b[1m2\x1b[m\x1b[1;1H"
    )


def test_after_an_unknown_sequence_everything_is_sent_again() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    frame = "\x1b[1;1Htocha\x1b[1;1H"
    diff.changes(frame)
    assert diff.changes("\x1b[2J").startswith("\x1b[2J")
    assert "tocha" in diff.changes(frame)


def test_blanks_are_erased_where_the_terminal_does_it_in_colour() -> None:
    diff = ScreenDiff(COLUMNS, ROWS, erases=True)
    blank = "\x1b[48;5;16m" + " " * COLUMNS + "\x1b[0m"
    assert diff.changes(f"\x1b[1;1H{blank}\x1b[2;1H{blank}\x1b[1;1H") == (
        "\x1b[1;1H\x1b[0;48;5;16m\x1b[K\x1b[2;1H\x1b[K\x1b[m\x1b[1;1H"
    )
    assert diff.changes("\x1b[1;1H\x1b[4m" + " " * COLUMNS + "\x1b[0m").count(" ") == COLUMNS


def test_of_a_style_only_what_changes_is_said() -> None:
    diff = ScreenDiff(COLUMNS, ROWS)
    diff.changes("\x1b[1;1H   \x1b[1;1H")
    line = "\x1b[1;1H\x1b[31;44ma\x1b[0m\x1b[1;32;44mb\x1b[0m\x1b[38;5;123;44mc\x1b[0m"
    assert diff.changes(line) == "\x1b[31;44ma\x1b[1;32mb\x1b[22;38;5;123mc\x1b[m"
