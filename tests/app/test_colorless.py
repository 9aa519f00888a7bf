"""Where no colour is wanted, or the terminal has none, not one code of a colour is sent."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Opener
from tests.terminal import TOCHA, Terminal
from tui.terminal.colorless import is_colorless, told
from tui.terminal.no_color import split, without_colors

STYLE = re.compile(rb"\x1b\[([\d;:]*)m")

SURROUNDINGS = {
    "NO_COLOR": {"NO_COLOR": "1"},
    "vt100": {"TERM": "vt100", "COLORTERM": ""},
    "NO_COLOR on the linux console": {"NO_COLOR": "1", "TERM": "linux", "COLORTERM": ""},
}


def colors(terminal: Terminal) -> list[str]:
    """Styles with a colour among all that was ever sent."""
    styles = {found.decode() for found in STYLE.findall(bytes(terminal.raw))}
    return sorted(style for style in styles if ";".join(split(style)[0]) != style)


@pytest.mark.parametrize("variables", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_no_screen_has_a_color_and_what_is_chosen_stands_out(
    variables: dict[str, str], open_terminal: Opener
) -> None:
    terminal = open_terminal(*TOCHA, columns=80, rows=24, **variables)
    terminal.until("Learn PyTorch by running it")
    terminal.press("down")
    terminal.until("builds on Tensors")
    terminal.until(lambda t: is_reversed(t, "Devices"))
    assert not is_reversed(terminal, "Tensors ")
    terminal.press("?")
    terminal.until("another lesson")
    terminal.press("escape")
    terminal.until(lambda t: "another lesson" not in t.text)
    terminal.press("t", ":")
    terminal.until("Search for commands")
    terminal.press("escape")
    terminal.until(lambda t: "Search for commands" not in t.text)
    terminal.press("7")
    terminal.until("1/12")
    terminal.press("2")
    terminal.until("✓ finished")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert colors(terminal) == []


def is_reversed(terminal: Terminal, words: str) -> bool:
    """Whether the first of these words on the screen is ink on paper exchanged."""
    y = next(y for y, row in enumerate(terminal.text.splitlines()) if words in row)
    x = terminal.text.splitlines()[y].index(words)
    return terminal.cells()[y][x].reverse


@pytest.mark.parametrize(
    "words",
    [("doctor",), ("run", "training.fit", "--set", "epochs=2"), ("gallery", "--plain"), ("list",)],
    ids=" ".join,
)
def test_no_command_prints_a_color(words: tuple[str, ...], open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, *words, NO_COLOR="1")
    assert terminal.exit_status() in (0, 1)
    assert terminal.received
    assert colors(terminal) == []


def test_a_word_on_the_command_line_brings_colors_back(open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, "--colors", "256", columns=80, rows=24, NO_COLOR="1")
    terminal.until("Learn PyTorch by running it")
    assert colors(terminal)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "vt100"}, True),
        ({"TERM": "vt220-w"}, True),
        ({"TERM": "vt525"}, False),
        ({"TERM": "xterm-mono"}, True),
        ({"TERM": "dumb"}, True),
        ({"TERM": "vt100", "COLORTERM": "truecolor"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, False),
    ],
)
def test_which_terminals_have_no_colors(environ: dict[str, str], expected: bool) -> None:
    assert is_colorless(environ) is expected
    assert ("NO_COLOR" in told(environ)) is expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("1;38;2;200;200;200;48;2;16;16;16", "1"),
        ("38;2;200;200;200;48;2;90;90;90", "7"),
        ("3;38;2;60;60;60;48;2;16;16;16", "3;2"),
        ("7;38;2;200;200;200;48;2;90;90;90", "7"),
        ("38;2;200;200;200;48;2;18;18;18", ""),
        ("31;44;4", "4"),
        ("38;5;9;48;5;200;9", "9"),
        ("39;49", ""),
        ("1", "1"),
    ],
)
def test_what_a_color_says_is_said_without_it(codes: str, expected: str) -> None:
    assert without_colors(codes, iter([16, 22])) == expected
