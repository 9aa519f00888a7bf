"""Screens that leave once: a second key in the same moment must not take another screen along."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import Screen, ScreenResultType


class LeavingScreen(Screen[ScreenResultType]):
    """Textual's own dismisses whichever screen is on top."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave; one that has left, or lies under another, stays as it is."""
        if self.app.screen is self:
            return super().dismiss(result)
        return AwaitComplete()


class Palette(LeavingScreen[None], CommandPalette):
    """Textual's palette."""
