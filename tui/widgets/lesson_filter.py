"""One row in which to type what one looks for among the lessons."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.widgets import Input


class LessonFilter(Input):
    """Made when it is first asked for: the first screen is painted without it.

    Args:
        look: called with the words whenever they change.
        take: called when enter is pressed.
    """

    def __init__(self, look: Callable[[str], None], take: Callable[[], None]) -> None:
        super().__init__(placeholder="a word of a lesson or page", id="filter", compact=True)
        self._look, self._take = look, take

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take()
