"""The title row of a screen: title, place, facts, and on a narrow window its tabs."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

TAB = "tab"
"""Under this name the text of a tab carries what it is called."""


class Head(Horizontal):
    """A title, a place, something to know, and tabs that the style sheet may hide."""

    DEFAULT_CSS = """
    Head {
        height: 1;
        #head-words { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #head-facts, #tabs { width: auto; height: 1; }
    }
    """

    class TabClicked(Message):
        """The learner wants to see another side."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str]) -> None:
        """``tabs``: the sides of the screen, of which a narrow window shows one."""
        super().__init__()
        self._tabs = tabs
        self.tab = tabs[0]
        """The side that is open."""

    def compose(self) -> ComposeResult:
        yield Static(id="head-words")
        yield Static(id="head-facts")
        yield Static(id="tabs")

    def show(self, title: str, place: str, facts: Content | str = "") -> None:
        """What stands in it."""
        words = (title, "bold $accent"), (f"   {place}", "$text-muted")
        self.query_one("#head-words", Static).update(Content.assemble(*words))
        self.query_one("#head-facts", Static).update(facts)

    def on_mount(self) -> None:
        """The first side is open."""
        self.show_tab(self.tab)

    def show_tab(self, tab: str) -> None:
        """Another side is open."""
        self.tab = tab
        styles = {True: "bold underline $primary", False: "$text-muted"}
        parts = [
            Content.styled(f" {name} ", styles[name == tab]).stylize(Style.from_meta({TAB: name}))
            for name in self._tabs
        ]
        self.query_one("#tabs", Static).update(Content("").join(parts))

    def on_click(self, event: events.Click) -> None:
        """A click on a tab that is not open asks for its side."""
        tab = event.style.meta.get(TAB)
        if isinstance(tab, str) and tab != self.tab:
            self.post_message(self.TabClicked(tab))

    @property
    def next_tab(self) -> str:
        """The side after the one that is open, round and round."""
        return self._tabs[(self._tabs.index(self.tab) + 1) % len(self._tabs)]
