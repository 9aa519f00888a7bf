"""The palette's way to any page: type a few letters of what it is about."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.command import Hit, Hits, Provider

from lessons.format import catalog


class Pages(Provider):
    """Every page of every lesson, by title. Nothing is locked."""

    async def search(self, query: str) -> Hits:
        """Pages whose lesson and title fit what was typed."""
        matcher = self.matcher(query)
        app: Any = self.app
        for lesson in catalog.lessons():
            for index, page in enumerate(lesson.pages):
                words = f"{lesson.title}: {page.title}"
                if score := matcher.match(words):
                    jump = partial(app.jump, lesson, index)
                    place = f"Page {index + 1} of {len(lesson.pages)}"
                    yield Hit(score, matcher.highlight(words), jump, help=place)
