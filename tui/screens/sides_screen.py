"""A screen with an editor of which a narrow terminal shows one side at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on

from tui.screens.code_run_screen import CodeRunScreen
from tui.screens.page_screen import WIDE
from tui.widgets.head import Head


class SidesScreen(CodeRunScreen):
    """Turns to a side: its tab is lit, and its class is on the screen for the style sheet."""

    SIDES: ClassVar[Mapping[str, str]]
    """What takes the focus on each side, as the style sheet would call it."""

    def turn_to(self, side: str) -> None:
        """Show a side; where only one is seen, the keys go there too."""
        for each in self.SIDES:
            self.set_class(each == side, f"-{each}")
        if self.app.size.width < WIDE:
            self.query_one(self.SIDES[side]).focus()
        self.query_one(Head).show_tab(side)

    def action_turn_tab(self) -> None:
        """On a narrow screen, the side after this one."""
        self.turn_to(self.query_one(Head).next_tab)

    @on(Head.TabClicked)
    def _tab_clicked(self, message: Head.TabClicked) -> None:
        self.turn_to(message.tab)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are sides to turn to where one is seen at a time."""
        if action == "turn_tab":
            return self.app.size.width < WIDE or None
        return super().check_action(action, parameters)
