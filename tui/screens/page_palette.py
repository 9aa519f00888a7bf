"""The palette's way to any page, exercise or error: type a few letters of what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.fuzzy import Matcher

from lessons.format import catalog

SHORTEST = 3
"""Letters of a word from which it is looked for in the text of pages: shorter ones are in all."""

AROUND = 24
"""Characters of a text that are shown before a word that was found in it."""

IN_TEXT = 0.4
"""The score of what holds a word in its text: below what has it in its title."""


class Place(NamedTuple):
    """Something the palette can open."""

    title: str
    kind: str
    text: str
    """What else is looked through."""
    open: Callable[[Any], None]
    """Called with the app."""


@lru_cache
def places() -> list[Place]:
    """Every page, exercise, error of the museum and term. Nothing is locked."""
    return [*_pages(), *_exercises(), *_errors(), *_terms()]


def _pages() -> Iterator[Place]:
    for lesson in catalog.lessons():
        for index, page in enumerate(lesson.pages):
            kind = f"Page {index + 1} of {len(lesson.pages)}"
            words = " ".join([page.body, *lesson.concepts] if index == 0 else [page.body])
            yield Place(f"{lesson.title}: {page.title}", kind, " ".join(words.split()),
                        lambda app, lesson=lesson, index=index: app.jump(lesson, index))  # type: ignore[misc]  # fmt: skip


def _exercises() -> Iterator[Place]:
    titles = {lesson.slug: lesson.title for lesson in catalog.lessons()}
    for each in catalog.exercises():
        yield Place(f"Exercise: {each.title}", f"Exercise of {titles[each.lesson]}", each.name,
                    lambda app, each=each: app.jump_to_exercise(each))  # type: ignore[misc]  # fmt: skip


def _errors() -> Iterator[Place]:
    from tui.state.museum import exhibits

    for each in exhibits():
        yield Place(f"Error: {each.title}", "In the museum", " ".join(each.code.split()),
                    lambda app, each=each: app.open_museum(each.id))  # type: ignore[misc]  # fmt: skip


def _terms() -> Iterator[Place]:
    for each in catalog.terms():
        name = f"  {each.term.torch}" if each.term.torch else ""
        yield Place(f"Term: {each.term.name}", f"{each.term.sentence}.{name}", "",
                    lambda app, each=each: app.jump(each.lesson, each.page))  # type: ignore[misc]  # fmt: skip


def found(query: str, matcher: Matcher) -> Iterator[tuple[float, Place, str]]:
    """What fits what was typed: its score, itself, and a line about it.

    A title fits by its letters in order, a text when it holds every word as it was typed.
    """
    words = [word for word in query.lower().split() if len(word) >= SHORTEST]
    for place in places():
        if score := matcher.match(place.title):
            begins = place.title.lower().startswith(query.lower())
            yield score * (2 if begins else 1), place, place.kind
        elif words and all(word in place.text.lower() for word in words):
            yield IN_TEXT, place, f"{place.kind}: {_excerpt(place.text, words[0])}"


def _excerpt(text: str, word: str) -> str:
    """The text around a word that is in it."""
    at = text.lower().index(word)
    start = max(0, at - AROUND)
    return f"{'…' if start else ''}{text[start : at + len(word) + 2 * AROUND]}…"


class Pages(Provider):
    """Pages, exercises and errors."""

    async def search(self, query: str) -> Hits:
        """Those whose title or text fits what was typed."""
        matcher = self.matcher(query)
        for score, place, told in found(query, matcher):
            go = partial(place.open, self.app)
            yield Hit(score, matcher.highlight(place.title), go, help=told)

    async def discover(self) -> Hits:
        """Before anything is typed: the first page of every lesson."""
        for lesson in catalog.lessons():
            go = partial(self.app.jump, lesson, 0)  # type: ignore[attr-defined]
            yield DiscoveryHit(f"{lesson.title}: {lesson.summary}", go, help="A lesson")
