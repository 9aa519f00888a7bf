"""Pages by address: "optimizers/one-step" is the page "One step" of the lesson optimizers."""

from __future__ import annotations

import re

from lessons import catalog
from lessons.schema import Lesson


def address(title: str) -> str:
    """A page's title as the second half of its address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def find(page: str) -> tuple[Lesson, int] | None:
    """The lesson and the page in it, counted from 0; None when there is no such page."""
    slug, _, wanted = page.partition("/")
    for lesson in catalog.lessons():
        if lesson.slug == slug:
            for index, each in enumerate(lesson.pages):
                if address(each.title) == wanted:
                    return lesson, index
    return None


def in_words(page: str) -> str:
    """ "Optimizers, page 3: One step"; the address itself when there is no such page."""
    found = find(page)
    if found is None:
        return page
    lesson, index = found
    return f"{lesson.title}, page {index + 1}: {lesson.pages[index].title}"
