"""What is asked above what the checks say: each has the rows it needs if the other spares them."""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

LEAST_SHARE = 0.55
"""Of the rows, what the upper one may have however much the lower one needs."""


def upper_rows(wants: tuple[int, int], height: int) -> int:
    """Rows of the upper of two, which want so many; the lower one has the rest."""
    upper, lower = wants
    return min(upper, max(int(height * LEAST_SHARE), height - lower))


class _Shared(Layout):
    """One child has everything; of two the lower one ends where the column does."""

    name = "shared"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002 - declared so by Textual
    ) -> ArrangeResult:
        """Place the children."""
        top = size.height
        if len(children) > 1:
            upper, lower = (_wanted(child, parent, size) for child in children)
            top = upper_rows((upper, lower), size.height)
        regions = [Region(0, 0, size.width, top), Region(0, top, size.width, size.height - top)]
        return [
            WidgetPlacement(region, NULL_OFFSET, child.styles.margin, child)
            for child, region in zip(children, regions, strict=False)
        ]


def _wanted(child: Widget, parent: Widget, size: Size) -> int:
    around = child.gutter
    inner = child.get_content_height(size, parent.app.size, size.width - around.width)
    return inner + around.height


class TaskColumn(Vertical):
    """Holds the task and its verdicts."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._arrangement = _Shared()

    @property
    def layout(self) -> Layout:
        """Our own."""
        return self._arrangement
