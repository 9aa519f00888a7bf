"""What a message prints of two numbers shows that they differ, and one is singular."""

from __future__ import annotations

import math

import pytest
import torch

from engine.grading.phrases import phrase
from engine.grading.wrong import apart, farthest


def test_numbers_that_differ_are_never_printed_alike() -> None:
    words = "It is {got:.2f}; it should be {want:.2f}, with lr {lr:g}."
    assert phrase(words, {"got": 0.001, "want": 0.0012, "lr": 0.1}) == (
        "It is 0.001; it should be 0.0012, with lr 0.1."
    )
    assert phrase(words, {"got": 1.0, "want": 2.0, "lr": 0.1}) == (
        "It is 1.00; it should be 2.00, with lr 0.1."
    )
    assert phrase(words, {"got": 1.0, "want": 1.0, "lr": 0.1}).count("1.00") == 2
    assert "nan" in phrase(words, {"got": math.nan, "want": math.nan, "lr": 0.1})
    assert apart(1.0, 1.0 + 2**-40) != apart(1.0, 1.0)


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("After {n} steps", "After 1 step"),
        ("{n}1 steps, 0.{n} times, -{n} times", "11 steps, 0.1 times, -1 times"),
        ("{n} is {{}}", "1 is {}"),
    ],
)
def test_one_is_singular(words: str, want: str) -> None:
    assert phrase(words, {"n": 1}) == want


def test_the_place_of_the_largest_difference_shows_a_sign_that_a_norm_hides() -> None:
    got, want = torch.tensor([1.0, -2.0]), torch.tensor([1.0, 2.0])
    assert farthest(got, want) == {"place": " at [1]", "got": "-2", "want": "2"}
