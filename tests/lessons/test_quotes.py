"""What the prose quotes is what comes out."""

from __future__ import annotations

import pytest

from lessons.format import catalog
from tests.lessons import quotes

QUOTES = [
    pytest.param(word, expression, id=f"{lesson.slug}-{word}")
    for lesson in catalog.lessons()
    for word, expression in quotes.quotes(lesson)
]


@pytest.mark.parametrize(("word", "expression"), QUOTES)
def test_a_quote_is_true(word: str, expression: str) -> None:
    quotes.check(word, expression)


@pytest.mark.parametrize(
    ("word", "expression"),
    [("2.61", "2.62"), ("straight", "'bent'"), ("31", "31 == 32"), ("100", "130 within 20%")],
)
def test_a_false_quote_is_noticed(word: str, expression: str) -> None:
    with pytest.raises(AssertionError):
        quotes.check(word, expression)
