"""Markdown as it is shown here: code that is too long for its column goes on below, standing in."""

from __future__ import annotations

from textual.app import ComposeResult
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


class Words(Markdown):
    """Text of a lesson or of a task."""

    def get_block_class(self, block_name: str) -> type[MarkdownBlock]:
        """Code is shown our way."""
        found = super().get_block_class(block_name)
        return Fence if issubclass(found, MarkdownFence) else found
