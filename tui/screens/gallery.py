"""One page for every kind of picture."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.screens.leaving import LeavingScreen
from tui.state.gallery import exhibits
from tui.widgets.key_bar import KeyBar
from tui.widgets.plot import PlotView


class GalleryScreen(LeavingScreen[None]):
    """Pages through the pictures; the keys of a picture work in it."""

    CSS = """
    GalleryScreen { padding: 0 1; }
    GalleryScreen #place { color: $text-muted; height: 1; }
    GalleryScreen PlotView { margin: 1 0 0 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right_square_bracket", "turn(1)", "Next"),
        Binding("p,left_square_bracket", "turn(-1)", "Previous"),
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(self, page: str = "") -> None:
        super().__init__()
        self._exhibits = exhibits()
        names = [exhibit.name for exhibit in self._exhibits]
        self._at = names.index(page) if page in names else 0

    def compose(self) -> ComposeResult:
        yield Static(id="place", markup=False)
        yield PlotView(self._exhibits[self._at].options)
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def action_turn(self, pages: int) -> None:
        """Go forwards or backwards, round and round."""
        self._at = (self._at + pages) % len(self._exhibits)
        self._show()

    def _show(self) -> None:
        exhibit = self._exhibits[self._at]
        place = f"{self._at + 1} of {len(self._exhibits)}  {exhibit.name}: {exhibit.caption}"
        self.query_one("#place", Static).update(place)
        view = self.query_one(PlotView)
        view.configure(exhibit.options)
        view.show(exhibit.content)
        view.focus()
