"""A screen that is left is gone from memory, with all that was painted of it."""

from __future__ import annotations

import gc
import weakref

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tests.tui.test_editor import Page


class Other(Screen[None]):
    """A screen with something on it."""

    def compose(self) -> ComposeResult:
        yield Static("painted", id="painted")


async def test_of_a_screen_that_is_left_nothing_painted_is_kept() -> None:
    app = Page("")
    async with app.run_test() as pilot:
        painted = []
        for _ in range(3):
            await app.push_screen(Other())
            await pilot.pause()
            painted.append(weakref.ref(app.screen.query_one("#painted")._styles_cache))
            await app.pop_screen()
        await pilot.pause()
        gc.collect()
        # The last one may be in somebody's hands still.
        assert [each() for each in painted[:2]] == [None, None]
