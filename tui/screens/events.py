"""TensorBoard's logs of a folder: the curves of all runs, read on as they are written."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.screens.wall_screen import WallScreen
from tui.state.event_logs import EventLogs
from tui.widgets.key_bar import KeyBar
from tui.widgets.numbers import Numbers
from tui.widgets.picture_wall import PictureWall

LOOK_SECONDS = 1.0
"""How often files are looked at."""


class EventsScreen(WallScreen):
    """Shows logs until it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,ctrl+q,ctrl+c", "leave", "Leave", key_display="q", priority=True),
        Binding("full_stop,n", "turn(1)", "Picture", key_display="."),
        Binding("comma,p", "turn(-1)", "Picture before", key_display=","),
        Binding("a", "flip", "Log axis"),
        Binding("m", "smooth", "Smooth"),
    ]

    def __init__(self, logs: EventLogs) -> None:
        super().__init__()
        self._logs = logs

    def compose(self) -> ComposeResult:
        yield Static(id="watch-head")
        yield Numbers("numbers", gap=3)
        yield PictureWall(large=1, small=4, across=2, shows_still=True, pictures=EventLogs.pictures)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to read."""
        self.paint(now=True)
        self._follow()

    @work
    async def _follow(self) -> None:
        while True:
            new = await asyncio.to_thread(self._logs.read)
            if new:
                self._logs.take(new)
                self._painter.soon()
            if not self._logs.is_behind:
                await asyncio.sleep(LOOK_SECONDS)

    def paint(self, *, now: bool = False) -> None:
        """Head, numbers and curves; all of them whenever there is something new."""
        del now
        logs = self._logs
        head = [(logs.title, "bold $accent"), (f"   {logs.state}", "$text-muted")]
        head += [(f"   {words}", "$warning") for words in logs.troubles[:1]]
        self.query_one("#watch-head", Static).update(Content.assemble(*head))
        self.query_one(Numbers).show(logs.numbers())
        self.query_one(PictureWall).show(logs)

    def action_leave(self) -> None:
        """The logs stay as they are."""
        self.dismiss(0)
