"""Sentences with `code` in them, as text a terminal can show."""

from __future__ import annotations

from textual.content import Content

from tui.terminal.escape import escaped

CODE = "$accent"


def ticked(text: str, style: str = "") -> Content:
    """A text whose `pieces` in backticks stand out; everything else is shown as it is."""
    parts = escaped(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner is just a backtick
        parts[-2:] = ["`".join(parts[-2:])]
    styles = (style, CODE)
    return Content.assemble(*((part, styles[i % 2]) for i, part in enumerate(parts)))


def hung(content: Content, width: int, indent: int) -> Content:
    """The content wrapped to a width, every line ``indent`` columns to the right."""
    lead = Content(" " * indent)
    lines = content.wrap(max(width - indent, 20))
    return Content("\n").join([lead + line.rstrip() for line in lines])
