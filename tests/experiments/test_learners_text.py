"""What a learner types is arithmetic or a friendly refusal, never anything else."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.experiments.parts.expressions import evaluate
from engine.experiments.parts.transcript import transcript
from engine.experiments.tensors import literal, sizes
from engine.views import Text
from tests.experiments.runs import start

NAMES = {"w": torch.tensor(2.0, requires_grad=True), "x": torch.tensor(3.0)}


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "w.__class__",
        "(lambda: 1)()",
        "[w for w in x]",
        "open('x')",
        "exec('1')",
        "w if x else w",
        "w @ x",
        "'w'",
        "True",
        "tanh(w, x)",
        "unknown + 1",
        "w +",
        "",
        "1 / 0",
        "w" + " + w" * 200,
    ],
)
def test_anything_but_arithmetic_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        evaluate(expression, NAMES)


def test_a_refusal_names_what_is_understood() -> None:
    with pytest.raises(ValueError, match=r"w, x, numbers.*tanh"):
        evaluate("sinh(w)", NAMES)


@given(st.text(alphabet="wx0123456789+-*/(). ,tanhsi[]'_:=", max_size=40))
def test_no_text_does_harm(text: str) -> None:
    try:
        piece = evaluate(text, NAMES)
    except ValueError:
        return
    assert isinstance(piece.value, torch.Tensor)


@pytest.mark.parametrize("text", ["2, 3", "2,3,", "", "5"])
def test_shapes_a_person_types(text: str) -> None:
    assert sizes(text) == tuple(int(part) for part in text.split(",") if part.strip())


@pytest.mark.parametrize("text", ["2.5", "-1", "a", "1000, 1000", "1,1,1,1,1", "__import__('os')"])
def test_no_shape(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sizes(text)


def test_values_a_person_types() -> None:
    assert literal("1, 2") == (1, 2)
    assert literal("[[1], [2]]") == [[1], [2]]
    with pytest.raises(ValueError, match="numbers"):
        literal("open('x')")


def test_a_transcript_goes_on_after_an_error() -> None:
    said, failed = transcript("a = 1\na / 0\na + 1")
    assert said.splitlines() == [
        ">>> a = 1",
        ">>> a / 0",
        "ZeroDivisionError: division by zero",
        ">>> a + 1",
        "2",
    ]
    assert failed == 1


def test_a_transcript_shows_prints_and_warnings() -> None:
    said, failed = transcript("import warnings\nprint(1)\nwarnings.warn('careful')")
    assert "1\n" in said
    assert "UserWarning: careful" in said
    assert failed == 0


@pytest.mark.parametrize(
    ("name", "knobs", "said"),
    [
        ("autograd.backward", {"expression": "w * x", "x": "1, 2, 3"}, "mean(…) or sum(…)"),
        ("autograd.backward", {"expression": "x * t"}, "w or b has to be there"),
        ("autograd.graph", {"x": "1, 2", "t": "1, 2, 3"}, "equally many numbers"),
        ("autograd.graph", {"expression": "w + 1 / 0"}, "cannot be computed"),
        ("tensors.inspect", {"shape": "2, 2"}, "shape '[2, 2]' is invalid"),
        ("tensors.inspect", {"values": "[[1, 2], [3]]"}, "expected sequence of length 2"),
        ("tensors.inspect", {"values": "eye", "shape": "2, 3, 4"}, "Error"),
        ("tensors.views", {"operation": "t[9]"}, "IndexError"),
        ("tensors.views", {"operation": "t.view(5)"}, "shape '[5]' is invalid"),
        ("tensors.broadcast", {"a": "9, 1, 1, 900", "b": "90, 9, 1"}, "too many to look at"),
    ],
)
def test_what_cannot_be_done_is_answered_on_the_page(
    name: str, knobs: dict[str, str], said: str
) -> None:
    """With PyTorch's words, and the cure where one is known; not with a traceback of ours."""
    shown = [view.text for view in start(name, knobs) if isinstance(view, Text)]
    assert said in shown[-1]
