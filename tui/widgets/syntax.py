"""Python in the colours of the app's two themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.style import Style
from textual._text_area_theme import TextAreaTheme

Capture = Callable[[int, int], dict[int, list[tuple[int, int | None, str]]]]
"""The marked pieces of some rows, from the first up to, not including, the last."""

DARK = {
    "keyword": "#f28c4b",
    "call": "#ffc98f",
    "builtin": "#8fb5ba",
    "string": "#a9bf86",
    "number": "#dcb377",
    "comment": "#857a6e",
}
LIGHT = {
    "keyword": "#a34700",
    "call": "#7a3e12",
    "builtin": "#1f6a74",
    "string": "#4c7a2d",
    "number": "#8a5a00",
    "comment": "#877b6c",
}

KINDS = {
    "function.call": "call",
    "method.call": "call",
    "constructor": "call",
    "function": "call",
    "type.class": "call",
    "function.builtin": "builtin",
    "type.builtin": "builtin",
    "variable.builtin": "builtin",
    "constant.builtin": "number",
    "boolean": "number",
    "number": "number",
    "float": "number",
    "attribute": "builtin",
    "keyword": "keyword",
    "keyword.function": "keyword",
    "keyword.return": "keyword",
    "keyword.operator": "keyword",
    "conditional": "keyword",
    "repeat": "keyword",
    "exception": "keyword",
    "include": "keyword",
    "string": "string",
    "string.escape": "number",
    "comment": "comment",
}
"""What the grammar's query calls a piece of code, and its colour here; later ones lie on top."""

BLOCK = 64
"""Rows that are looked up at once."""


def theme(*, dark: bool) -> TextAreaTheme:
    """The colours for dark or light; everything else is left to the style sheet."""
    colors = DARK if dark else LIGHT
    styles = {name: Style(color=colors[kind]) for name, kind in KINDS.items()}
    return TextAreaTheme(theme_name(dark=dark), syntax_styles=styles)


def theme_name(*, dark: bool) -> str:
    """What that theme is called among an editor's own."""
    return "embers" if dark else "paper"


class Highlights(dict[int, list[tuple[int, int | None, str]]]):
    """The coloured pieces of each row, looked up when a row is first painted.

    After every key all of them have to be looked up again: a screenful of them, not the whole text.
    """

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture

    def __missing__(self, row: int) -> list[tuple[int, int | None, str]]:
        """Look up the rows around this one."""
        first = row - row % BLOCK
        found = self._capture(first, first + BLOCK)
        for each in range(first, first + BLOCK):
            self[each] = found.get(each, [])
        return self[row]

    def __bool__(self) -> bool:
        """There may be pieces, even if none has been looked up."""
        return True


def pieces(
    captures: Mapping[str, Sequence[Any]], first: int, last: int
) -> dict[int, list[tuple[int, int | None, str]]]:
    """The coloured pieces of some rows, from the first up to, not including, the last.

    Args:
        captures: by the name the grammar's query has for them, nodes of the syntax tree.
    """
    found: dict[int, list[tuple[int, int | None, str]]] = {}
    for name in KINDS:
        for node in captures.get(name, ()):
            top, bottom = node.start_point.row, node.end_point.row
            for row in range(max(top, first), min(bottom + 1, last)):
                start = node.start_point.column if row == top else 0
                end = node.end_point.column if row == bottom else None
                found.setdefault(row, []).append((start, end, name))
    return found
