"""Find lessons, experiments and exercises: every folder with a ``lesson.toml`` is a lesson."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lessons.format import exercises as found
from lessons.format import schema
from lessons.format.exercises import Exercise
from lessons.format.schema import Experiment, Lesson
from lessons.format.terms import Term

ROOT = Path(__file__).parents[1]


class Unknown(LookupError):
    """No lesson, experiment or exercise is called that; the message names those there are."""


@lru_cache
def lessons() -> list[Lesson]:
    """All lessons in the order they are meant to be read."""
    folders = [path.parent for path in ROOT.glob("*/lesson.toml")]
    return sorted(map(schema.read, folders), key=lambda lesson: lesson.order)


def lesson(slug: str) -> Lesson:
    """The lesson in the folder ``slug``.

    Raises:
        Unknown: there is none.
    """
    for one in lessons():
        if one.slug == slug:
            return one
    known = ", ".join(one.slug for one in lessons())
    raise Unknown(f"no lesson {slug}; lessons: {known}")


def page(address: str) -> tuple[Lesson, int] | None:
    """The lesson and page (counted from 0) of an address, "tensors/views-and-copies"."""
    slug, _, title = address.partition("/")
    for one in lessons():
        for index, each in enumerate(one.pages):
            if one.slug == slug and each.address == title:
                return one, index
    return None


class Introduced(NamedTuple):
    """A term, and the page that explains it, counted from 0."""

    term: Term
    lesson: Lesson
    page: int


def terms() -> list[Introduced]:
    """Every term of the course in the order in which they are introduced."""
    return [
        Introduced(term, one, index)
        for one in lessons()
        for index, each in enumerate(one.pages)
        for term in each.introduces
    ]


def experiment(name: str) -> Experiment:
    """The experiment of a lesson by its full name, such as "training.fit".

    Raises:
        Unknown: there is none.
    """
    slug, dot, rest = name.partition(".")
    if not dot:
        known = ", ".join(f"{each.slug}.{one.id}" for each in lessons() for one in each.experiments)
        raise Unknown(f"no experiment {name}; experiments: {known}")
    try:
        return lesson(slug).experiment(rest)
    except Unknown:
        raise
    except LookupError as error:
        raise Unknown(str(error)) from error


def exercises() -> list[Exercise]:
    """All exercises, by lesson and in order."""
    return [exercise for one in lessons() for exercise in one.exercises]


def exercise(name: str) -> Exercise:
    """The exercise of a full name, such as "optimizers/walk-downhill", or of its id alone.

    Raises:
        Unknown: there is none.
    """
    slug, slash, id_ = name.partition("/")
    pattern = f"{slug}/exercises/{id_}" if slash else f"*/exercises/{slug}"
    if not any(mark in name for mark in "*?[.\\"):
        # Read alone: the lessons around it need not be.
        for manifest in ROOT.glob(f"{pattern}/exercise.toml"):
            return found.read(manifest.parent)
    known = [each for each in exercises() if each.lesson == slug] or exercises()
    raise Unknown(f"no exercise {name}; exercises: {', '.join(each.name for each in known)}")


def page_in_words(address: str) -> str:
    """ "Optimizers, page 3: One step"; the address itself when there is no such page."""
    found = page(address)
    if found is None:
        return address
    one, index = found
    return f"{one.title}, page {index + 1}: {one.pages[index].title}"
