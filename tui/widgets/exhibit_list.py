"""The list of the museum's errors, with a filter above it."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from engine.plots.prose import wrapped
from tui.state.museum import REPAIRED, SEEN, TOPICS, Exhibit, exhibits

MARKS = {SEEN: ("•", "$text-muted"), REPAIRED: ("✓", "$success"), "": (" ", "")}


INDENT, WIDEST = 3, 48
"""Cells before a title, and cells of the narrowest list: a longer title goes on below itself."""


class ExhibitList(Vertical):
    """What fits the words of the filter, topic by topic, each with its mark.

    Args:
        look: called with the error under the cursor, whenever that is another one, and whenever
            the list was filled. A call, not a message: the next key may come before that.
        mark_of: the mark of an error: seen, repaired, or none.
    """

    def __init__(self, look: Callable[[Exhibit], None], mark_of: Callable[[Exhibit], str]) -> None:
        super().__init__(id="museum-list-side")
        self.listed: list[Exhibit] = []
        """What fits the words."""
        self._look = look
        self._mark_of = mark_of
        self._current: Exhibit | None = None

    def compose(self) -> ComposeResult:
        yield Input(placeholder="type to filter", id="museum-filter", compact=True)
        yield OptionList(id="museum-list", compact=True)

    def on_mount(self) -> None:
        """The keys go to the filter; the screen moves the cursor."""
        self._options.can_focus = False

    @property
    def _options(self) -> OptionList:
        return self.query_one(OptionList)

    def focus_filter(self) -> None:
        """Type to filter."""
        self.query_one(Input).focus()

    def fill(self) -> None:
        """List what fits the words; the cursor stays where it was if it can."""
        words = self.query_one(Input).value
        self.listed = [each for each in exhibits() if each.holds(words)]
        self._options.clear_options()
        topic = ""
        for each in self.listed:
            if each.topic != topic:
                topic = each.topic
                head = Content.styled(TOPICS[topic], "bold $accent")
                lead = "\n" if self._options.option_count else ""
                self._options.add_option(Option(Content.assemble(lead, head), disabled=True))
            self._options.add_option(Option(self._row(each), each.id))
        kept = self._current
        found = kept if kept in self.listed else next(iter(self.listed), None)
        if found is not None:
            self._options.highlighted = self._options.get_option_index(found.id)
            self._turn_to(found)

    def _row(self, each: Exhibit) -> Content:
        title = f"\n{' ' * INDENT}".join(wrapped(each.title, WIDEST - INDENT))
        return Content.assemble(" ", MARKS[self._mark_of(each)], f" {title}")

    def repaint(self, exhibit: Exhibit) -> None:
        """Its mark is another one."""
        if exhibit in self.listed:
            self._options.replace_option_prompt(exhibit.id, self._row(exhibit))

    def move(self, by: int) -> None:
        """To the next error of the list, or the one before."""
        options = self._options
        options.action_cursor_down() if by > 0 else options.action_cursor_up()
        if options.highlighted is not None:
            self._find(options.get_option_at_index(options.highlighted).id)

    def go_to(self, name: str) -> None:
        """Put the cursor on an error, whatever the filter says."""
        if name not in [each.id for each in self.listed]:
            self.query_one(Input).value = ""
            self.fill()
        self._options.highlighted = self._options.get_option_index(name)
        self._find(name)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._find(event.option_id)

    def _find(self, name: str | None) -> None:
        found = next((each for each in exhibits() if each.id == name), None)
        if found is not None:
            self._turn_to(found)

    def _turn_to(self, exhibit: Exhibit) -> None:
        self._current = exhibit
        self._look(exhibit)
