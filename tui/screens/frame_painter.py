"""Coalesces paints: all that arrives within a frame is painted once, where it can be seen."""

from __future__ import annotations

from typing import Any, Protocol

from textual.screen import Screen

from tui.terminal.in_sight import is_in_sight


class Paint(Protocol):
    """What a screen does to show how things stand."""

    def __call__(self, *, now: bool = False) -> None:
        """Paint; ``now`` also what is otherwise painted only a few times a second."""


class FramePainter:
    """Calls a screen's ``paint`` once for all that was asked for since it was called last.

    Args:
        screen: painted only while it can be seen, and not while it is being taken down.
        seconds: how long requests are gathered; 0: until the events that are there are taken in.
    """

    def __init__(self, screen: Screen[Any], paint: Paint, seconds: float = 0.0) -> None:
        self._screen = screen
        self._paint = paint
        self._seconds = seconds
        self._is_due = False

    def soon(self) -> None:
        """Have the screen painted with the next frame."""
        if self._is_due:
            return
        self._is_due = True
        if self._seconds:
            self._screen.set_timer(self._seconds, self._frame)
        else:
            self._screen.call_later(self._frame)

    def now(self) -> None:
        """Paint at once, and everything."""
        self._is_due = False
        if self._is_seen:
            self._paint(now=True)

    def _frame(self) -> None:
        if self._is_due:
            self._is_due = False
            if self._is_seen:
                self._paint()

    @property
    def _is_seen(self) -> bool:
        return is_in_sight(self._screen) and self._screen.is_attached
