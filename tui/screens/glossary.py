"""The glossary: every term of the course in a sentence, with the page that introduces it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from lessons.format import catalog
from lessons.format.catalog import Introduced
from tui.screens.leaving import LeavingScreen


def by_name() -> list[Introduced]:
    """The terms of the course, from a to z."""
    return sorted(catalog.terms(), key=lambda one: one.term.name.lower())


def told(one: Introduced) -> Content:
    """A term, what it is, its page, and its name in PyTorch."""
    place = f"{one.lesson.title}, page {one.page + 1}: {one.lesson.pages[one.page].title}"
    return Content.assemble(
        (one.term.name, "bold $primary"),
        f"  {one.term.sentence}.",
        (f"\n    {place}", "$text-muted"),
        (f"    {one.term.torch}" if one.term.torch else "", "$accent"),
    )


class GlossaryScreen(ModalScreen[Introduced | None], LeavingScreen[Introduced | None]):
    """Ends with the term whose page is wanted, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,g,q,backspace", "dismiss", "Close"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._terms = by_name()

    def compose(self) -> ComposeResult:
        with Vertical(id="glossary-box"):
            yield Static("Glossary   enter opens the page, esc closes", id="glossary-head")
            yield OptionList(*[Option(told(one)) for one in self._terms], id="glossary")

    def on_mount(self) -> None:
        """The list can be walked at once."""
        self.query_one(OptionList).focus()

    def action_move(self, by: int) -> None:
        """One term up or down."""
        terms = self.query_one(OptionList)
        (terms.action_cursor_down if by > 0 else terms.action_cursor_up)()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._terms[message.option_index])
