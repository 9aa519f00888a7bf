"""Whether a screen can be seen: Textual's ``is_current`` is also true of the one below the top."""

from __future__ import annotations

from typing import Any

from textual.app import ScreenStackError
from textual.screen import Screen


def is_in_sight(screen: Screen[Any]) -> bool:
    """Whether it lies on top, or under nothing but screens that one sees through."""
    try:
        stack = screen.app.screen_stack
    except ScreenStackError:
        return False
    for above in reversed(stack):
        if above is screen:
            return True
        if above.styles.background.a == 1:
            return False
    return False
