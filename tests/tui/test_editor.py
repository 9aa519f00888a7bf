"""Writing Python with real keys: indentation, comments, search, pastes, marks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

from tui.terminal.base_app import TerminalApp
from tui.widgets.code_pane import CodePane
from tui.widgets.editing import MOST_CHARACTERS
from tui.widgets.editor import Editor
from tui.widgets.find_bar import FindBar


class Page(TerminalApp[None]):
    """An editor alone."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pane = CodePane(text)

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.editor.focus()


@asynccontextmanager
async def written(text: str, at: tuple[int, int] | None = None) -> AsyncIterator[Pilot[None]]:
    """A page with this text; the cursor at its end or at row and column, counted from 0."""
    app = Page(text)
    async with app.run_test() as pilot:
        app.pane.editor.move_cursor(at or app.pane.editor.document.end)
        await pilot.pause()
        yield pilot


def editor(pilot: Pilot[None]) -> Editor:
    return pilot.app.query_one(Editor)


def shown(pilot: Pilot[None]) -> list[str]:
    """The rows of the editor as they are painted."""
    page = editor(pilot)
    return [
        "".join(segment.text for segment in page.render_line(y)) for y in range(page.size.height)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1", "x = 1\n"),
        ("    x = 1", "    x = 1\n    "),
        ("for x in y:", "for x in y:\n    "),
        ("for x in y:  # why: because", "for x in y:  # why: because\n    "),
        ("def f():\n    if x:", "def f():\n    if x:\n        "),
        ("def f():\n    return 1", "def f():\n    return 1\n"),
        ("    for x in y:\n        continue", "    for x in y:\n        continue\n    "),
        ("    raise ValueError(\n        x)", "    raise ValueError(\n        x)\n"),
        ("    returned = 1", "    returned = 1\n    "),
        ("f(", "f(\n    "),
        ("x = [1,", "x = [1,\n    "),
        ("x = [\n    1,", "x = [\n    1,\n    "),
        ("    x = f(\n        1)", "    x = f(\n        1)\n    "),
        ("def f(\n    a,\n):", "def f(\n    a,\n):\n    "),
        ("x = {'a': 1}[", "x = {'a': 1}[\n    "),
        ("x = '(' + \"[:\"", "x = '(' + \"[:\"\n"),
        ('    """One\n    two (:', '    """One\n    two (:\n    '),
        ("x = {1:", "x = {1:\n    "),
        ("    # pass:", "    # pass:\n    "),
        ("x = 'never closed (\ny = 2", "x = 'never closed (\ny = 2\n"),
        ("", "\n"),
    ],
)
async def test_enter_indents_as_python_goes_on(before: str, after: str) -> None:
    async with written(before) as pilot:
        await pilot.press("enter")
        assert editor(pilot).text == after
        await pilot.press("ctrl+z")
        assert editor(pilot).text == before


async def test_enter_inside_a_line_takes_the_rest_along() -> None:
    async with written("if a: b", at=(0, 5)) as pilot:
        await pilot.press("enter")
        assert editor(pilot).text == "if a:\n    b"


async def test_enter_in_the_white_space_of_a_line_moves_the_line_down() -> None:
    async with written("if a:\n    b", at=(1, 4)) as pilot:
        await pilot.press("enter")
        assert editor(pilot).text == "if a:\n    \n    b"


async def test_tab_goes_to_the_next_level_and_backspace_back() -> None:
    async with written("  x", at=(0, 2)) as pilot:
        await pilot.press("tab")
        assert editor(pilot).text == "    x"
        await pilot.press("tab", "backspace", "backspace")
        assert editor(pilot).text == "x"


async def test_a_selection_is_moved_as_a_block_and_stays_selected() -> None:
    async with written("a\n\n  b\nc", at=(0, 0)) as pilot:
        await pilot.press("shift+down", "shift+down", "shift+down", "tab")
        assert editor(pilot).text == "    a\n\n      b\nc"
        assert editor(pilot).selected_text == "a\n\n      b\n"
        await pilot.press("shift+tab", "shift+tab")
        assert editor(pilot).text == "a\n\nb\nc"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor(pilot).text == "a\n\n  b\nc"


async def test_shift_tab_without_a_selection_moves_the_line() -> None:
    async with written("        x") as pilot:
        await pilot.press("shift+tab")
        assert editor(pilot).text == "    x"
        assert editor(pilot).cursor_location == (0, 5)


@pytest.mark.parametrize("key", ["f8", "ctrl+underscore", "ctrl+slash"])
async def test_comments_go_out_and_in(key: str) -> None:
    text = "if a:\n    b\n\n    #c"
    async with written(text, at=(0, 0)) as pilot:
        await pilot.press("shift+down", "shift+down", "shift+down", "shift+end")
        await pilot.press(key)
        assert editor(pilot).text == "# if a:\n#     b\n\n#     #c"
        await pilot.press(key)
        assert editor(pilot).text == text


async def test_find_goes_on_and_back_and_counts() -> None:
    async with written("lr = 1\nLR = lr\n") as pilot:
        editor(pilot).move_cursor((0, 0))
        await pilot.press("f3", "l", "r")
        await pilot.pause()
        assert count(pilot) == "1 of 3"
        await pilot.press("enter")
        assert count(pilot) == "2 of 3"
        assert editor(pilot).selected_text == "LR"
        await pilot.press("up", "up")
        assert count(pilot) == "3 of 3"
        await pilot.press("escape", "x")
        assert editor(pilot).text == "lr = 1\nLR = x\n"


async def test_find_minds_capitals_when_there_are_any() -> None:
    async with written("lr = 1\nLR = lr\n") as pilot:
        await pilot.press("f3", "L", "R")
        await pilot.pause()
        assert count(pilot) == "1 of 1"
        await pilot.press("x")
        await pilot.pause()
        assert count(pilot) == "not found"


async def test_find_takes_what_is_selected() -> None:
    async with written("a b a", at=(0, 0)) as pilot:
        await pilot.press("shift+right", "f3")
        await pilot.pause()
        assert count(pilot) == "1 of 2"


def count(pilot: Pilot[None]) -> str:
    return str(pilot.app.query_one(FindBar).query_one("#find-count", Static).render())


async def test_a_paste_is_taken_as_python_would_read_it() -> None:
    async with written("") as pilot:
        pilot.app.post_message(events.Paste("if a:\r\n\tb\tc\rd\x0ce\u2028\ud800f"))
        await pilot.pause()
        assert editor(pilot).text == "if a:\n    b\tc\nd e �f"
        await pilot.press("ctrl+z")
        assert editor(pilot).text == ""


async def test_a_huge_paste_is_refused_with_a_sentence() -> None:
    async with written("x") as pilot:
        pilot.app.post_message(events.Paste("y = 1\n" * 1_700_000))
        await pilot.pause()
        assert editor(pilot).text == "x"
        (notice,) = pilot.app._notifications
        assert "10.2 MB" in notice.message
        await pilot.press("z")
        assert editor(pilot).text == "xz"


async def test_many_pastes_do_not_add_up_beyond_the_limit() -> None:
    async with written("") as pilot:
        for _ in range(3):
            pilot.app.post_message(events.Paste("y\n" * (MOST_CHARACTERS // 4)))
        await pilot.pause()
        assert len(editor(pilot).text) == MOST_CHARACTERS


async def test_an_endless_line_is_refused() -> None:
    async with written("") as pilot:
        pilot.app.post_message(events.Paste("y" * 100_000))
        await pilot.pause()
        assert editor(pilot).text == ""
        (notice,) = pilot.app._notifications
        assert "a line of 100,000 characters" in notice.message


async def test_control_characters_are_shown_and_not_obeyed() -> None:
    async with written("x = '\x1b[2J\x07\u202e'\ty") as pilot:
        row = shown(pilot)[0]
        assert "␛[2J␇�'" in row
        assert not any(ord(character) < 32 for character in row)


async def test_the_failing_line_is_marked_until_the_text_changes() -> None:
    async with written("a\nb = )\nc") as pilot:
        editor(pilot).mark(2, 5, 6)
        await pilot.pause()
        assert shown(pilot)[1].startswith("2 ▸b = )")
        await pilot.press("delete", "x")
        assert editor(pilot).marked_line is None
        assert "▸" not in shown(pilot)[1]


async def test_other_text_can_be_undone() -> None:
    async with written("mine") as pilot:
        editor(pilot).write("theirs")
        await pilot.press("ctrl+z")
        assert editor(pilot).text == "mine"


async def test_python_is_coloured_in_both_themes_and_as_it_is_typed() -> None:
    async with written("return 1\n" * 200) as pilot:
        for theme in ("ember", "daylight"):
            pilot.app.theme = theme
            await pilot.pause()
            colors = {
                segment.style.color for segment in editor(pilot).render_line(0) if segment.style
            }
            assert len(colors) >= 3
        await pilot.press(*"'a'")
        await pilot.pause()
        row = shown(pilot).index("201  'a'".ljust(editor(pilot).size.width))
        texts = [s.text for s in editor(pilot).render_line(row)]
        assert "'a'" in texts


async def test_an_editor_that_was_hidden_shows_the_beginnings_of_its_lines() -> None:
    text = f"import torch\n\n\ndef f(x):\n    # {'long ' * 40}\n    # TODO\n"
    async with written(text, (0, 0)) as pilot:
        editor(pilot).display = False
        await pilot.pause()
        editor(pilot).open(text)
        editor(pilot).move_cursor((5, 4))
        await pilot.pause()
        editor(pilot).display = True
        await pilot.pause()
        await pilot.pause()
        assert shown(pilot)[0].strip().endswith("import torch")
        assert any("# TODO" in row for row in shown(pilot))


@pytest.mark.parametrize("length", [70, 76, 77, 78, 90, 300])
@pytest.mark.parametrize("column", [0, 40, 70, 75, 76, 77, 300])
async def test_a_row_that_goes_on_beyond_the_edge_says_so(length: int, column: int) -> None:
    line = "漢" * (length // 2) if length == 90 else ("abcdefghij" * length)[:length]
    async with written(f"{line}\n" * 2, (0, min(column, len(line)))) as pilot:
        await pilot.pause()
        left = editor(pilot).scroll_offset.x
        room = editor(pilot).scrollable_content_region.width - editor(pilot).gutter_width
        row = shown(pilot)[1][editor(pilot).gutter_width :]  # without the cursor
        assert row.startswith("‹") == (left > 0)
        assert ("›" in row) == (length - left > room)
        width = editor(pilot).scrollable_content_region.width
        cursor = editor(pilot).cursor_screen_offset.x
        here = Strip([Segment(shown(pilot)[0])])
        assert cursor < width
        assert here.crop(cursor, cursor + 1).text not in ("‹", "›")
