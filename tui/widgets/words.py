"""Markdown as it is shown here: code that is too long for its column goes on below, standing in."""

from __future__ import annotations

from markdown_it import MarkdownIt
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Label, Markdown
from textual.widgets.markdown import MarkdownBlock, MarkdownFence

from tui.widgets.source_panel import folded


class FoldedCode(Label):
    """Highlighted code, folded to the width it has."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as there are at this width."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows at the width of now."""
        return Content("\n").join(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        code = self.content
        assert isinstance(code, Content)
        return [row for line in code.rstrip().split("\n") for row in folded(line, width)]


class Fence(MarkdownFence):
    """A block of code."""

    def compose(self) -> ComposeResult:
        yield FoldedCode(self._highlighted_code, id="code-content", expand=True)


async def _nothing() -> None:
    """What there is to wait for when all is done already."""


class Words(Markdown):
    """Text of a lesson or of a task."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        """``text`` is in the first frame already; Textual's own would come some frames later."""
        super().__init__(id=id, open_links=False)
        self._opening = text

    def compose(self) -> ComposeResult:
        if self._opening:
            yield from self._parse_markdown(MarkdownIt("gfm-like").parse(self._opening))

    def update(self, markdown: str) -> AwaitComplete:
        """Another text; none at all, which is what a mount asks for, takes nothing away."""
        opening, self._opening = self._opening, ""
        if not opening or markdown:
            return super().update(markdown)
        return AwaitComplete(_nothing())

    def get_block_class(self, block_name: str) -> type[MarkdownBlock]:
        """Code is shown our way."""
        found = super().get_block_class(block_name)
        return Fence if issubclass(found, MarkdownFence) else found
