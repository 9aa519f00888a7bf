"""How far one has come, as a few words beside a lesson: marks, bars, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from lessons.learner.progress import DONE, NEW, LessonProgress, Progress

Part = tuple[str, str]
"""A piece of text and its style."""

MARKS: dict[str, Part] = {
    "new": ("○", "$text-muted"),
    "started": ("◐", "$primary"),
    "done": ("●", "$success"),
}

BAR = 12
MOST_MISSED = 4
"""Missed questions named on a card."""
GAP = 3
"""Columns between two columns of pages."""


def mark(lesson: LessonProgress | None) -> Part:
    """One sign: untouched, begun, done."""
    return MARKS[lesson.state if lesson else NEW]


def counts(lesson: LessonProgress | None) -> Iterator[Part]:
    """The facts of a row: "4/9 pages  1 missed"; nothing of a lesson nobody has opened."""
    if lesson is None or lesson.state == NEW:
        return
    if lesson.state != DONE:
        yield f"  {lesson.pages_done}/{lesson.pages} pages", "$text-muted"
    if lesson.exercises:
        yield f"  {lesson.passed}/{lesson.exercises} exercises", "$text-muted"
    if lesson.wrong:
        yield f"  {lesson.wrong} missed", "$warning"


def card(lesson: LessonProgress | None) -> Content:
    """What is done, what was missed and what comes next in one lesson."""
    if lesson is None or lesson.state == NEW:
        return Content("")
    return Content.assemble(*_card(lesson))


def _card(lesson: LessonProgress) -> Iterator[Part]:
    full = BAR * lesson.pages_done // max(lesson.pages, 1)
    yield "━" * full, "$primary"
    yield "─" * (BAR - full), "$text-muted"
    yield f"  {lesson.pages_done} of {lesson.pages} pages\n", ""
    if lesson.right or lesson.wrong:
        yield f"predictions: {lesson.right} right, {lesson.wrong} missed\n", ""
    if lesson.exercises:
        yield f"exercises: {lesson.passed} of {lesson.exercises}\n", ""
    for one in lesson.missed[:MOST_MISSED]:
        yield "  ✗ ", "$warning"
        yield f"{one.page}\n", "$text-muted"
    if len(lesson.missed) > MOST_MISSED:
        yield f"  and {len(lesson.missed) - MOST_MISSED} more\n", "$text-muted"
    if lesson.next is not None:
        yield "next: ", "$text-muted"
        yield f"{lesson.next.number}. {lesson.next.page}", "bold"


def pages(titles: Sequence[str], width: int) -> Content:
    """The pages of a lesson, numbered, down one column after the other."""
    wide = max(map(len, titles), default=0) + len("12  ") + GAP
    columns = min(max(width // wide, 1), len(titles)) or 1
    rows = -(-len(titles) // columns)
    return Content("\n").join(
        Content.assemble(*_row_of_pages(titles, row, rows, wide)) for row in range(rows)
    )


def _row_of_pages(titles: Sequence[str], row: int, rows: int, wide: int) -> Iterator[Part]:
    for at in range(row, len(titles), rows):
        yield f"{at + 1:>2}  ", "$text-muted"
        yield titles[at].ljust(wide - len("12  ")), ""


def headline(progress: Progress) -> Content:
    """One line above the lessons: what to do next, and whether a review waits."""
    if progress.is_empty:
        return Content("")
    titles = {lesson.slug: lesson.title for lesson in progress.lessons}
    parts: list[Part] = []
    if progress.next is None:
        parts.append(("All lessons are done.", "$success"))
    else:
        place = f"{titles[progress.next.lesson]}, page {progress.next.number}"
        parts += [("Next  ", "$text-muted"), (place, "bold")]
    if progress.due:
        things = "question" if progress.due == 1 else "questions"
        parts += [("   Review  ", "$text-muted"), (f"{progress.due} {things} (v)", "bold $primary")]
    return Content.assemble(*parts)
