"""Words in order: no page uses a term before the page that introduces it, without a pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lessons.format import catalog
from lessons.format.catalog import Introduced
from lessons.format.pages import Page, Predict, Run, parse, run_of
from lessons.format.terms import term

TERMS = catalog.terms()
POINTER = re.compile(r"lesson (\d)", re.IGNORECASE)
NEARBY = re.compile(r"next (two )?pages?\b|page (\d+)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
ANOTHER_MEANING = {("weight", "devices")}
"""A term that another lesson uses for something else: there weights are a loss's."""


def texts(page: Page) -> Iterator[str]:
    """The paragraphs of a page, and everything else a learner reads on it; code is no prose."""
    yield from CODE.sub(" ", page.body).replace("**", "").split("\n\n")
    if isinstance(page.activity, Predict):
        yield page.activity.question
        yield from (choice.text for choice in page.activity.choices)
        yield page.activity.why
    if isinstance(page.activity, Run):
        yield from (f"{preset.label} {preset.note}" for preset in page.activity.every)


def around(page: Page) -> list[str]:
    """What stands around the pictures of a page: titles and axes, knobs and where they go."""
    run = run_of(page.activity)
    if run is None:
        return []
    experiment = catalog.experiment(run.experiment)
    plots = [word for one in experiment.plots for word in (one.title, one.x_label, one.y_label)]
    knobs = [" ".join([knob.label, *knob.choices]) for knob in experiment.knobs]
    return [experiment.title, *knobs, *plots]


def too_early(found: Introduced, lessons: list[tuple[int, list[Page]]]) -> list[str]:
    """Where a term stands before its page; ``lessons`` are numbers and their pages."""
    wanted = catalog.lessons().index(found.lesson) + 1
    early = []
    for number, pages in lessons:
        before = pages[: found.page] if number == wanted else pages if number < wanted else []
        for index, page in enumerate(before):
            used = [text for text in texts(page) if found.term.pattern.search(text)]
            if used and not any(int(digit) >= wanted for digit in POINTER.findall(used[0])):
                early.append(f"lesson {number}, {page.title}: {' '.join(used[0].split())}")
            words = [word for word in around(page) if found.term.pattern.search(word)]
            if words and not (used or _is_near(found, wanted - number, index, pages)):
                early.append(f"lesson {number}, {page.title}, beside it: {', '.join(words)}")
    return early


def _is_near(found: Introduced, lessons_on: int, index: int, pages: list[Page]) -> bool:
    """Whether a page says that its words are explained on one of the next ones, or on which; the
    next one may have the pointer to a later lesson."""
    page, following = pages[index], pages[index + 1 : index + 2]
    words = " ".join(" ".join([page.body, *around(page)]).split())
    for two, number in NEARBY.findall(words):
        if lessons_on:
            pointers = [one for page in following for one in texts(page) if POINTER.search(one)]
            if not number and any(found.term.pattern.search(one) for one in pointers):
                return True
        elif found.page < int(number) if number else 0 < found.page - index <= (2 if two else 1):
            return True
    return False


ALL = [(number, lesson.pages) for number, lesson in enumerate(catalog.lessons(), 1)]


@pytest.mark.parametrize("found", TERMS, ids=lambda found: found.term.name)
def test_no_page_uses_a_term_before_it_is_introduced(found: Introduced) -> None:
    others = [
        (number, pages)
        for (number, pages), lesson in zip(ALL, catalog.lessons(), strict=True)
        if (found.term.name, lesson.slug) not in ANOTHER_MEANING
    ]
    assert too_early(found, others) == []


@pytest.mark.parametrize("found", TERMS, ids=lambda found: found.term.name)
def test_the_page_that_introduces_a_term_uses_it(found: Introduced) -> None:
    page = found.lesson.pages[found.page]
    words = " ".join([page.body, *texts(page)])
    assert found.term.pattern.search(words), "as it is, or in one of its forms"
    assert len(found.term.sentence) <= 90
    assert not found.term.sentence.endswith(".")


def test_a_term_is_introduced_once() -> None:
    names = [found.term.name for found in TERMS]
    assert len(names) == len(set(names))


def test_a_term_used_too_early_is_noticed_and_a_pointer_helps() -> None:
    found = next(each for each in TERMS if each.term.name == "epoch")
    number = catalog.lessons().index(found.lesson) + 1
    (early,) = parse("## Early\n\nTen epochs later.\n", "tensors")
    (pointed,) = parse(f"## Early\n\nTen epochs (lesson {number}) later.\n", "tensors")
    assert too_early(found, [(1, [early])]) == ["lesson 1, Early: Ten epochs later."]
    assert too_early(found, [(1, [pointed])]) == []


def test_how_a_term_is_written() -> None:
    (page,) = parse(
        "## P\n\nWords.\n\n<!-- introduces: batch, batches | some items\nat once -->\n", "x"
    )
    (found,) = page.introduces
    assert (found.name, found.forms, found.sentence) == ("batch", ["batches"], "some items at once")
    assert found.pattern.search("Two Batches.")
    assert not found.pattern.search("batched")
    with pytest.raises(ValueError, match="a sentence"):
        term("batch")
