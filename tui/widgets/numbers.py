"""The newest numbers of a run in as many rows as they need."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Part = tuple[str, str]
"""A piece of text and its style."""


class Numbers(Widget):
    """Names and numbers; a number never leaves its name."""

    DEFAULT_CSS = "Numbers { width: 1fr; height: auto; }"

    def __init__(self, id: str, gap: int) -> None:  # noqa: A002 - Textual's own name
        """``gap``: columns between two numbers."""
        super().__init__(id=id)
        self._gap = " " * gap
        self._numbers: list[tuple[str, str]] = []

    def show(self, numbers: Iterable[tuple[str, str]]) -> None:
        """Names and numbers, in this order."""
        self._numbers = list(numbers)
        self.refresh(layout=True)

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """As many rows as they need."""
        return self._laid_out(width).plain.count("\n") + 1

    def render(self) -> Content:
        """The rows."""
        return self._laid_out(self.content_size.width)

    def _laid_out(self, room: int) -> Content:
        parts: list[Part] = []
        used = 0
        for name, text in self._numbers:
            width = len(name) + 1 + len(text)
            start = "" if not used else self._gap
            if used and used + len(self._gap) + width > room:
                start, used = "\n", 0
            used += (len(start) if start == self._gap else 0) + width
            parts += [(start, ""), (f"{name} ", "$text-muted"), (text, "bold")]
        return Content.assemble(*parts)
