"""The base of screens that are a wall of pictures: its keys, and one paint for all that comes."""

from __future__ import annotations

from textual import events

from tui.screens.frame_painter import FramePainter
from tui.screens.leaving import LeavingScreen
from tui.widgets.picture_wall import PictureWall

PAINT_SECONDS = 0.1


class WallScreen(LeavingScreen[int | None]):
    """Shows what is drawn elsewhere until it is left; closes with an exit status."""

    CSS_PATH = "wall.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - declared by Textual

    def __init__(self) -> None:
        super().__init__()
        self._painter = FramePainter(self, self.paint, PAINT_SECONDS)

    def paint(self, *, now: bool = False) -> None:
        """Show how things stand; ``now`` also what is otherwise painted only now and then."""
        raise NotImplementedError

    def on_resize(self, _event: events.Resize) -> None:
        """Another number of pictures, and of lines, fits."""
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
