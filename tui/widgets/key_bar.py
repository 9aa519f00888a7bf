"""The keys that matter now, in one row.

Textual's own footer is a widget for every key, made anew whenever the focus moves; this is one row
of text that is painted again only when it says something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

Entry = tuple[str, str, str]
"""A key as it is shown, what it does, and its action."""

HELP = "help"
"""The action that tells all keys."""

KEPT = {HELP, "quit", "leave", "other_side", "turn_tab", "turn_page(1)", "turn_page(-1)"}
"""Actions by which one finds one's way: the last to be left out."""

SHORT = {
    "Read/run": "Side",
    "Microscope": "Scope",
    "Earlier runs": "Runs",
    "Scratch page": "Scratch",
}
"""What is said in less room."""


def columns(entries: Sequence[Entry]) -> int:
    """The columns that entries take, one blank behind each."""
    return sum(cell_len(key) + cell_len(description) + 2 for key, description, _ in entries)


def fitting(entries: Sequence[Entry], width: int) -> list[Entry]:
    """Whole entries in so many columns: the last ones go first, then those that lead elsewhere,
    and never the one that tells all."""
    left = list(entries)
    if columns(left) - 1 > width:
        left = [(key, SHORT.get(words, words), action) for key, words, action in left]
    while columns(left) - 1 > width:
        last = max(
            (entry for entry in left if entry[2] != HELP),
            key=lambda entry: (entry[2] not in KEPT, left.index(entry)),
            default=None,
        )
        if last is None:
            break
        left.remove(last)
    return left


class KeyBar(Widget):
    """Reads the screen's bindings; a click on an entry is a press of its key."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyBar { dock: bottom; height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self._bindings_changed(self.screen)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        entries: list[Entry] = []
        for _, binding, enabled, _ in screen.active_bindings.values():
            key = self.app.get_key_display(binding)
            entry = (key, binding.description, binding.action)
            known = any(entry[1:] == other[1:] for other in entries)
            if binding.show and enabled and not known:
                entries.append(entry)
        if entries != self._entries:
            self._entries = entries
            self.refresh()

    def render(self) -> Content:
        """For example "r Run  space Pause  q Quit"; what has no room is left out whole."""
        parts: list[tuple[str, str]] = []
        for key, description, _ in fitting(self._entries, self.size.width):
            parts += [(key, "bold $primary"), (f" {description} ", "$text-muted")]
        return Content.assemble(*parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the entry under the mouse says."""
        left = event.x - self.styles.padding.left
        for entry in fitting(self._entries, self.size.width):
            left -= columns([entry])
            if left < 0:
                await self._press(entry[2])
                return

    async def _press(self, action: str) -> None:
        """Do it where its key is bound: in the screen, in what has the focus, or in the app."""
        bound = self.screen.active_bindings.values()
        node = next((each.node for each in bound if each.binding.action == action), self.screen)
        await self.app.run_action(action, default_namespace=node)
