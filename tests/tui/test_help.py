"""Help tells the keys of the screen one is on, all of them, each meaning in its own column."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.content import Content

from lessons.format import catalog
from tests.runs import Runs
from tests.tui.pages import opened
from tui.app import TochaApp
from tui.screens.help import HelpScreen, lines
from tui.screens.help_keys import EVERYWHERE, KEYS, SCREENS
from tui.widgets import key_bar

MODULES = {
    "HomeScreen": "home", "LessonScreen": "lesson", "ScratchScreen": "scratch",
    "MuseumScreen": "museum", "ExerciseScreen": "exercise", "ReviewScreen": "review",
    "RunsScreen": "history_of_runs", "CodeScreen": "code", "ScopeScreen": "scope",
    "BenchScreen": "bench",
}  # fmt: skip
SIGNS = {
    "left": "←", "right": "→", "up": "↑", "down": "↓", "escape": "esc", "slash": "/",
    "less_than_sign": "<", "greater_than_sign": ">",
    "full_stop": ".", "comma": ",", "colon": ":", "question_mark": "?",
    "right_square_bracket": "]", "left_square_bracket": "[",
}  # fmt: skip


def told(names: tuple[str, ...]) -> set[str]:
    """Every key that these sections name, and those their meanings name in passing."""
    keys: set[str] = set()
    for name in (*names, EVERYWHERE):
        for key, meaning in KEYS[name]:
            keys |= set(re.split(r"[ ,]+", f"{key} {meaning}")) | set(key.split())
            if found := re.search(r"1 … (\d)", key):
                keys |= {str(number) for number in range(1, int(found[1]) + 1)}
    return {key.rstrip(";.,") or key for key in keys} | keys


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_of_a_screen_is_told_there(screen: str) -> None:
    of = getattr(import_module(f"tui.screens.{MODULES[screen]}"), screen)
    bindings = [each for each in of.BINDINGS if isinstance(each, Binding)]
    assert bindings
    known = told(SCREENS[screen])
    keys = [key for binding in bindings for key in binding.key.split(",")]
    shown = {SIGNS.get(key, key.upper() if re.fullmatch(r"f\d+", key) else key) for key in keys}
    assert shown <= known


def test_every_key_of_the_app_is_told_everywhere() -> None:
    keys = [key for each in TochaApp.BINDINGS if isinstance(each, Binding)
            for key in each.key.split(",")]  # fmt: skip
    assert {SIGNS.get(key, key.upper() if key[0] == "f" else key) for key in keys} <= told(())


@given(st.integers(40, 160))
def test_nothing_is_wrapped_under_its_key(width: int) -> None:
    names = tuple(KEYS)
    rows = Content.assemble(*lines(names, width)).plain.splitlines()
    keys = max(len(key) for name in names for key, _ in KEYS[name])
    for row in rows:
        is_title = row in names
        assert is_title or not row.strip() or row[keys : keys + 3] == "   "
        assert is_title or len(row) <= max(width, keys + 3 + 20)


async def test_it_is_about_the_screen_below(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, lambda app: None) as page:
        await page.press("question_mark")
        assert isinstance(page.screen, HelpScreen)
        home = page.text("#help")
        assert "find a lesson" in home
        assert "ctrl+s" not in home
        await page.press("escape")
        page.app.open_lesson(catalog.lesson("training"), 0)
        await page.pilot.pause()
        await page.press("f1")
        assert "run with these knobs" in page.text("#help")
        assert "find a lesson" not in page.text("#help")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_no_meaning_goes_on_under_its_key(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, lambda _: None, size) as page:
        await page.press("question_mark")
        await page.pilot.pause()
        rows = [row for row in page.rows("#help") if row.strip()]
        keys = {f"{key}   " for section in KEYS.values() for key, _ in section}
        assert all(row.startswith(("   ", *keys, *KEYS)) for row in rows)


@given(st.data())
def test_a_narrow_row_of_keys_keeps_those_by_which_one_finds_ones_way(data: st.DataObject) -> None:
    ways = [("?", "Help", "help"), ("q", "Quit", "quit"), ("esc", "Leave", "leave")]
    some = st.tuples(st.just("x"), st.text("abc", min_size=3, max_size=12), st.integers().map(str))
    entries = data.draw(
        st.permutations([*data.draw(st.lists(some, max_size=12, unique=True)), *ways])
    )
    width = data.draw(st.integers(sum(len(a) + len(b) + 2 for a, b, _ in ways), 200))
    left = key_bar.fitting(entries, width)
    assert key_bar.columns(left) - 1 <= width
    assert set(ways) <= set(left)
    assert [entry for entry in entries if entry in left] == left or set(left) - set(entries)
    if key_bar.columns(entries) - 1 <= width:
        assert left == list(entries)
