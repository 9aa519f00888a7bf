"""Screens that leave once, and leave nothing behind that fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import isawaitable
from typing import Any

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import Screen, ScreenResultType
from textual.worker import Worker


class LeavingScreen(Screen[ScreenResultType]):
    """Textual's own dismisses whichever screen is on top, and its workers outlive its widgets."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave; one that has left, or lies under another, stays as it is."""
        if self.app.screen is self:
            return super().dismiss(result)
        return AwaitComplete()

    def run_worker(self, work: Any, *arguments: Any, **settings: Any) -> Worker[Any]:
        """Like Textual's; what fails because the screen is on its way out is no failure."""
        if settings.get("thread"):
            return super().run_worker(work, *arguments, **settings)
        # Not begun before it runs: one that is cancelled before leaves nothing unawaited.
        return super().run_worker(partial(self._while_here, work), *arguments, **settings)

    async def _while_here(self, work: Callable[[], Any] | Any) -> Any:
        try:
            result = work() if callable(work) else work
            return await result if isawaitable(result) else result
        except Exception:
            if self._is_here():
                raise
            return None

    def _is_here(self) -> bool:
        has_left = getattr(self.app, "has_left", False)
        return self.is_running and self in self.app.screen_stack and not has_left


class Palette(CommandPalette, LeavingScreen[None]):
    """Textual's palette."""
