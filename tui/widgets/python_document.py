"""Python text with a syntax tree, which is read when it is looked at, not at every key.

Textual's own document hands its lines to tree-sitter one by one, again at every key: half a
kilobyte of each line is never given back (a page of 7500 lines grows by a megabyte with every
letter), and a hundred keys typed ahead cost a hundred readings.
"""

from __future__ import annotations

import time

from textual.widgets.text_area import Document, EditResult, Location, SyntaxAwareDocument
from tree_sitter import Language, Node, Parser, Query, Tree

QUICK_SECONDS = 0.02
"""A reading that takes no longer is felt by nobody."""

SHARE = 10
"""Of the time, readings take one part in so many: text that is no Python takes tree-sitter long."""

Point = tuple[int, int]


class PythonDocument(SyntaxAwareDocument):
    """The text, and the tree of it: as it is now, or as it was a moment ago, moved along."""

    def __init__(self, text: str, language: Language) -> None:
        # Textual's own __init__ would read the text in its own way.
        Document.__init__(self, text)
        self.language = language
        self._reader = Parser(language)
        self._syntax_tree = self._read()

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what stands between two places; the tree is moved along, and read later."""
        top, bottom = sorted((start, end))
        start_byte, start_point = self._place(top)
        old_end_byte, old_end_point = self._place(bottom)
        result = Document.replace_range(self, start, end, text)
        new_end_byte, new_end_point = self._place(result.end_location)
        self._syntax_tree.edit(
            start_byte, old_end_byte, new_end_byte, start_point, old_end_point, new_end_point
        )
        self._is_old = True
        return result

    def _place(self, location: Location) -> tuple[int, Point]:
        """A place in bytes: from the beginning, and as row and bytes from the row's beginning."""
        row, column = location
        lines = self.lines
        before = len(lines[row][:column].encode()) if row < len(lines) else 0
        above = sum(len(line.encode()) for line in lines[:row]) + row * len(self.newline)
        return above + before, (row, before)

    def query_syntax_tree(
        self, query: Query, start_point: Point | None = None, end_point: Point | None = None
    ) -> dict[str, list[Node]]:
        """What the query finds in the tree; it is read first, unless that took long just now."""
        if self._is_old and self.seconds_to_wait() <= 0:
            self._syntax_tree = self._read(self._syntax_tree)
        return super().query_syntax_tree(query, start_point, end_point)

    @property
    def is_old(self) -> bool:
        """Whether the tree is of an earlier text."""
        return self._is_old

    def seconds_to_wait(self) -> float:
        """How long the tree stays as it is, if it is old."""
        return self._not_before - time.monotonic()

    def _read(self, before: Tree | None = None) -> Tree:
        began = time.monotonic()
        text = self.text.encode()
        tree = self._reader.parse(text, before) if before else self._reader.parse(text)
        took = time.monotonic() - began
        self._is_old = False
        self._not_before = began + (took * SHARE if took > QUICK_SECONDS else 0.0)
        return tree
