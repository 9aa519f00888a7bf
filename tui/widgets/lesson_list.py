"""The lessons as a path: how far each is, what it builds on; and a filter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lessons.format.schema import Lesson
from lessons.learner.progress import LessonProgress
from tui.widgets import summary
from tui.widgets.summary import Part

INDENT, LEAST_ABOUT = 7, 24
"""Columns before what a lesson is about, and the fewest for it."""


def fits(lesson: Lesson, words: str) -> bool:
    """Whether every word is in the lesson's title, summary, concepts or titles of pages."""
    titles = (page.title for page in lesson.pages) if words else ()
    text = " ".join([lesson.slug, lesson.title, lesson.summary, *lesson.concepts, *titles]).lower()
    return all(word in text for word in words.lower().split())


class LessonList(OptionList):
    """The lessons in reading order; enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", id="open")]

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        super().__init__(id="lessons", compact=True)
        self.lessons = lessons
        self.listed: list[Lesson] = list(lessons)
        """Those that fit the filter."""
        self._known: Mapping[str, LessonProgress] = {}
        self._due: Mapping[str, int] = {}
        self._is_tight = False
        """A lesson has one row instead of two."""
        self._says_more = 0
        """Columns for what a lesson is about, where there are rows to say it; else 0."""

    def on_resize(self) -> None:
        """All lessons in sight are worth more than two rows for each, and more words than air."""
        height, many = self.size.height, len(self.lessons)
        room = self.scrollable_content_region.width - INDENT
        rows = sum(2 + len(self._about(lesson, room)) for lesson in self.lessons)
        shape = 0 < height < 2 * many, room if room >= LEAST_ABOUT and rows <= height else 0
        if shape != (self._is_tight, self._says_more):
            self._is_tight, self._says_more = shape
            self._repaint()

    def _about(self, lesson: Lesson, columns: int) -> list[str]:
        return textwrap.wrap(lesson.summary, columns) if columns >= LEAST_ABOUT else []

    def on_mount(self) -> None:
        """Fill in the list; the cursor stands on the first lesson."""
        self.filter("")

    @property
    def current(self) -> Lesson | None:
        """The lesson under the cursor."""
        at = self.highlighted
        return self.listed[at] if at is not None and at < len(self.listed) else None

    def filter(self, words: str) -> None:
        """List what fits; the cursor stays on its lesson if that does."""
        kept = self.current
        self.listed = [lesson for lesson in self.lessons if fits(lesson, words)]
        self.set_options([Option(self._row(lesson), lesson.slug) for lesson in self.listed])
        if self.listed:
            self.highlighted = self.listed.index(kept) if kept in self.listed else 0

    def go_to(self, slug: str) -> None:
        """Put the cursor on a lesson, if it is listed."""
        slugs = [lesson.slug for lesson in self.listed]
        if slug in slugs:
            self.highlighted = slugs.index(slug)

    def know(self, known: Mapping[str, LessonProgress], due: Mapping[str, int]) -> None:
        """Show how far each lesson is, and how much of it is due for review."""
        self._known, self._due = known, due
        self._repaint()

    def watch_highlighted(self, highlighted: int | None) -> None:
        """What the lesson under the cursor builds on, and what builds on it, is marked."""
        super().watch_highlighted(highlighted)
        self._repaint()

    def _repaint(self) -> None:
        for index, lesson in enumerate(self.listed[: self.option_count]):
            row = self._row(lesson)
            if row != self.get_option_at_index(index).prompt:
                self.replace_option_prompt_at_index(index, row)

    def _row(self, lesson: Lesson) -> Content:
        return Content.assemble(*self._parts(lesson))

    def _parts(self, lesson: Lesson) -> Iterator[Part]:
        known, due = self._known.get(lesson.slug), self._due.get(lesson.slug, 0)
        yield f" {self.lessons.index(lesson) + 1} ", "$text-muted"
        yield summary.mark(known)
        name = lesson.title.ljust(self._title_width) if self._is_tight else lesson.title
        yield f" {name}", "bold"
        # How long it takes is for whoever has not begun; the card tells it always.
        facts = list(summary.counts(known)) or [(f"  {lesson.minutes} min", "$text-muted")]
        if self._is_tight:
            yield from facts
        yield self._relation(lesson)
        if due:
            yield f"  {due} due", "bold $primary"
        if not self._is_tight:
            is_last = lesson is self.lessons[-1]
            yield f"\n   {' ' if is_last else '│'}", "$text-muted"
            yield from facts
            for line in self._about(lesson, self._says_more):
                yield f"\n   {' ' if is_last else '│'}", "$text-muted"
                yield f"  {line}", ""

    @property
    def _title_width(self) -> int:
        return max(len(lesson.title) for lesson in self.lessons)

    def _relation(self, lesson: Lesson) -> Part:
        """How a lesson stands to the one under the cursor."""
        current = self.current
        if current is not None and lesson.slug in current.prerequisites:
            return "  ↓ needed", "$accent"
        if current is not None and current.slug in lesson.prerequisites:
            return "  ↑ builds on it", "$success"
        return "", ""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        # Textual counts the lines when it paints them, and a key may come before that.
        if self._index_to_line:
            super()._move_page(direction)
