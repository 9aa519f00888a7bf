"""The first row of a screen: where one is, and on a narrow window which side is open."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static


class Head(Horizontal):
    """A title, a place, something to know, and tabs that the style sheet may hide."""

    DEFAULT_CSS = """
    Head {
        height: 1;
        #head-words { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #head-facts, #tabs { width: auto; height: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="head-words")
        yield Static(id="head-facts")
        yield Static(id="tabs")

    def show(self, title: str, place: str, facts: Content | str = "") -> None:
        """What stands in it."""
        words = (title, "bold $accent"), (f"   {place}", "$text-muted")
        self.query_one("#head-words", Static).update(Content.assemble(*words))
        self.query_one("#head-facts", Static).update(facts)

    def show_tabs(self, tabs: Sequence[str], current: str) -> None:
        """The sides of the screen, and the one that is open."""
        styles = {True: "bold underline $primary", False: "$text-muted"}
        parts = [(f" {name} ", styles[name == current]) for name in tabs]
        self.query_one("#tabs", Static).update(Content.assemble(*parts))
