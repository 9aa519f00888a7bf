"""TensorBoard's logs of a folder: the curves of all runs, read on as they are written."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.screens.frame_painter import FramePainter
from tui.screens.leaving import LeavingScreen
from tui.state.event_logs import EventLogs
from tui.widgets.key_bar import KeyBar
from tui.widgets.numbers import Numbers
from tui.widgets.picture_wall import PictureWall

PAINT_SECONDS = 0.1
LOOK_SECONDS = 1.0
"""How often files are looked at."""


class EventsScreen(LeavingScreen[int | None]):
    """Shows logs until it is left."""

    CSS_PATH = "watch.tcss"
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
        self._painter = FramePainter(self, self.paint, PAINT_SECONDS)

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

    def on_resize(self, _event: events.Resize) -> None:
        """Another number of pictures fits."""
        self._painter.soon()

    def action_turn(self, by: int) -> None:
        """Another picture becomes the large one."""
        self.query_one(PictureWall).turn(by)
        self._painter.soon()

    def action_flip(self) -> None:
        """Logarithmic axes become linear, and the other way round."""
        wall = self.query_one(PictureWall)
        wall.is_linear = not wall.is_linear
        self._painter.soon()

    def action_smooth(self) -> None:
        """Curves with their smoothed course, or as they are."""
        wall = self.query_one(PictureWall)
        wall.is_smooth = not wall.is_smooth
        self._painter.soon()

    def action_leave(self) -> None:
        """The logs stay as they are."""
        self.dismiss(0)
