"""Paints are coalesced: once for all that arrives within a frame, and only where it is seen."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.screen import ModalScreen, Screen

from tui.screens.frame_painter import FramePainter


class Painted(Screen[None]):
    """Writes down how it was painted."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.paints: list[bool] = []
        self.painter = FramePainter(self, self.paint, seconds)

    def paint(self, *, now: bool = False) -> None:
        self.paints.append(now)


@pytest.fixture
def screen() -> Painted:
    return Painted(seconds=0.0)


async def test_many_requests_are_one_paint(screen: Painted) -> None:
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(screen)
        for _ in range(100):
            screen.painter.soon()
        assert screen.paints == []
        await pilot.pause()
        assert screen.paints == [False]
        screen.painter.soon()
        await pilot.pause()
        assert screen.paints == [False, False]


async def test_what_is_painted_at_once_is_not_painted_again(screen: Painted) -> None:
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(screen)
        screen.painter.soon()
        screen.painter.now()
        await pilot.pause()
        assert screen.paints == [True]


async def test_nothing_is_painted_where_it_cannot_be_seen(screen: Painted) -> None:
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(screen)
        await pilot.app.push_screen(Screen())
        screen.painter.soon()
        screen.painter.now()
        await pilot.pause()
        assert screen.paints == []
        await pilot.app.pop_screen()
        screen.painter.soon()
        await pilot.pause()
        assert screen.paints == [False]


async def test_what_shines_through_is_painted(screen: Painted) -> None:
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(screen)
        await pilot.app.push_screen(ModalScreen())
        screen.painter.soon()
        await pilot.pause()
        assert screen.paints == [False]
