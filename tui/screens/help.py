"""The keys of the screen one is on, on one page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.screens.help_keys import ALL, EVERYWHERE, KEYS, SCREENS
from tui.screens.leaving import LeavingScreen

Part = tuple[str, str]
"""A piece of text and its style."""

GAP = 3
"""Columns between a key and its meaning."""

NARROWEST = 20
"""Columns of a meaning, at least."""


def sections(screen: Screen[object]) -> Sequence[str]:
    """What of `KEYS` a screen has; everything for a screen that is not listed."""
    return (*SCREENS.get(type(screen).__name__, ALL), EVERYWHERE)


def lines(names: Sequence[str], width: int) -> Iterator[Part]:
    """The page in a width, piece by piece with its styles; nothing is wrapped under its key."""
    keys = max(len(key) for name in names for key, _ in KEYS[name]) + GAP
    for name in names:
        yield f"{name}\n", "bold $accent"
        for key, meaning in KEYS[name]:
            rows = textwrap.wrap(meaning, max(width - keys, NARROWEST))
            yield f"{key:<{keys}}", "$primary"
            yield f"\n{' ' * keys}".join(rows) + "\n", ""
        yield "\n", ""


class HelpScreen(ModalScreen[None], LeavingScreen[None]):
    """Any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter,space", "dismiss", "Close"),
    ]

    def __init__(self, over: Screen[object]) -> None:
        """``over`` is the screen whose keys are told."""
        super().__init__()
        self._sections = sections(over)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help-box"):
            yield Static(id="help")

    def on_mount(self) -> None:
        """The page can be scrolled at once."""
        self.query_one("#help-box").focus()

    def on_resize(self, _event: events.Resize) -> None:
        """Write the page as wide as it is now."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        box = self.query_one("#help-box", VerticalScroll)
        width = box.scrollable_content_region.width
        if not box.show_vertical_scrollbar:  # it may come with the text
            width -= box.styles.scrollbar_size_vertical
        page = Content.assemble(*lines(self._sections, width)).rstrip()
        self.query_one("#help", Static).update(page)
