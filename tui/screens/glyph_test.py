"""The glyph test: three rows, of which one picks the finest that this terminal shows whole."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.plots import Glyphs
from tui.screens.ask import BOX
from tui.screens.leaving import LeavingScreen

SAMPLES = {
    Glyphs.BRAILLE: "⡀⡄⡆⡇⣇⣧⣷⣿⣷⣧⣇⡇⡆⡄⡀",
    Glyphs.BLOCKS: "▄█▀▄█▀▄█▀▄█▀▄█▀",
    Glyphs.ASCII: ".:-=+*#%#*+=-:.",
}
"""What pictures are drawn with, the finest first; each between two strokes."""


class GlyphTestScreen(ModalScreen[Glyphs | None], LeavingScreen[Glyphs | None]):
    """Shows a row of each kind; a number takes it, and every way out leaves things as they are."""

    CSS = f"GlyphTestScreen {{ {BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(at), f"take({at})", f"Row {at}") for at in range(1, len(SAMPLES) + 1)),
        Binding("escape,q,f6,enter,ctrl+c", "leave", "Leave", priority=True),
    ]

    def __init__(self, now: Glyphs) -> None:
        """``now``: what pictures are drawn with."""
        super().__init__()
        self._now = now

    def compose(self) -> ComposeResult:
        rows = [
            f"{at}  |{sample}|  {kind.value}{'  (now)' if kind is self._now else ''}"
            for at, (kind, sample) in enumerate(SAMPLES.items(), 1)
        ]
        asked = "The first row without boxes, gaps or question marks, whose strokes stand below "
        with Vertical():
            yield Static(f"{asked}each other, is the one for pictures here.\n", markup=False)
            yield Static("\n".join(rows), markup=False)
            yield Static("\n1 2 3 take a row   esc leave it", markup=False)

    def action_take(self, at: int) -> None:
        """Draw with these from now on."""
        self.dismiss(list(SAMPLES)[at - 1])

    def action_leave(self) -> None:
        """Draw as before."""
        self.dismiss(None)
