"""The keys that matter now, in one row.

Textual's own footer is a widget for every key, made anew whenever the focus moves; this is one row
of text that is painted again only when it says something else.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

Entry = tuple[str, str, str]
"""A key as it is shown, what it does, and its action."""


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
        """For example "r Run  space Pause  q Quit"."""
        parts: list[tuple[str, str]] = []
        for key, description, _ in self._entries:
            parts += [(key, "bold $primary"), (f" {description} ", "$text-muted")]
        return Content.assemble(*parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the entry under the mouse says."""
        left = event.x - self.styles.padding.left
        for key, description, action in self._entries:
            left -= len(key) + len(description) + 2
            if left < 0:
                await self._press(action)
                return

    async def _press(self, action: str) -> None:
        """Do it where its key is bound: in the screen, in what has the focus, or in the app."""
        bound = self.screen.active_bindings.values()
        node = next((each.node for each in bound if each.binding.action == action), self.screen)
        await self.app.run_action(action, default_namespace=node)
