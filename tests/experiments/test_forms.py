"""What a knob refuses when it is typed is what its experiment cannot read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.experiments.autograd import leaves, numbers
from engine.experiments.parts import expressions, tensor_calls
from engine.experiments.tensors import literal, sizes
from lessons.format import catalog, forms
from lessons.format.knobs import Knob

LEAVES = leaves(2.0, "3", -1.0, "4")
CALLED = st.sampled_from([*forms.FUNCTIONS, "sinh", "w"])
OPERANDS = st.sampled_from(["w", "x", "b", "t", "2", "0.5", "-3"])
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(" ".join),
        st.tuples(CALLED, inner).map("{0[0]}({0[1]})".format),
        inner.map("({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=8,
)  # fmt: skip
CHAINS = st.lists(
    st.sampled_from(
        ["[:, ::2]", "[1]", "[-1, None]", ".t()", ".view(3, 4)", ".reshape(-1)", ".clone()",
         "[0.5]", ".item()", ".view(x)", ".T", "[t]", ".flip(0)", ".permute(1, 0)"]
    ),
    max_size=3,
).map(lambda parts: "t" + "".join(parts))  # fmt: skip
TYPED = st.text(alphabet="wxbt0123456789+-*/(). ,[]'e", max_size=20)


def evaluated(text: str) -> None:
    # A value that cannot be computed, or that PyTorch refuses, is no typo.
    with suppress(TypeError, RuntimeError, OverflowError):
        try:
            expressions.evaluate(text, LEAVES)
        except ValueError as error:
            if not str(error).startswith("cannot be computed"):
                raise


def reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, TypeError):
        return False
    return True


@given(EXPRESSIONS | TYPED)
def test_an_expression_is_taken_when_it_is_understood(text: str) -> None:
    assert forms.is_expression(text) == reads(evaluated, text)


def test_the_words_of_expressions_are_the_experiments() -> None:
    assert tuple(LEAVES) == forms.NAMES
    assert set(expressions.FUNCTIONS) == set(forms.FUNCTIONS)
    assert set(expressions.OPERATORS) == set(forms.OPERATORS)
    assert expressions.LONGEST == forms.LONGEST


def is_refused(text: str) -> bool:
    """Whether PyTorch refuses a part of a chain: whatever stands behind it is never read."""
    try:
        tensor_calls.applied(text, torch.arange(12).reshape(2, 6))
    except ValueError:
        return False
    except (RuntimeError, IndexError, TypeError):
        return True
    return False


def applied(text: str) -> None:
    tensor_calls.applied(text, torch.arange(12).reshape(2, 6))


@given(CHAINS | TYPED)
def test_a_chain_is_taken_when_it_is_understood(text: str) -> None:
    # What PyTorch refuses is no typo.
    assert is_refused(text) or forms.is_chain(text) == reads(applied, text)


def test_the_methods_of_chains_are_the_experiments() -> None:
    assert tensor_calls.METHODS == forms.METHODS
    assert tensor_calls.LONGEST == forms.LONGEST


@given(st.lists(st.integers(0, 30), max_size=6).map(lambda s: ", ".join(map(str, s))) | TYPED)
def test_a_shape_is_taken_when_it_is_one(text: str) -> None:
    assert forms.is_shape(text) == reads(sizes, text)


NUMBERS = st.lists(st.floats(-9, 9), min_size=1, max_size=4).map(lambda s: ", ".join(map(repr, s)))


@given(NUMBERS | TYPED)
def test_numbers_that_are_taken_can_be_read(text: str) -> None:
    if forms.is_numbers(text):
        assert numbers(text).dtype is torch.float32


@given(NUMBERS)
def test_every_row_of_numbers_is_taken(text: str) -> None:
    assert forms.is_numbers(text)


NESTED = st.recursive(st.integers(-9, 9), lambda inner: st.lists(inner, max_size=3), max_leaves=9)


@given(NESTED.map(repr) | TYPED)
def test_nested_lists_that_are_taken_can_be_read(text: str) -> None:
    if forms.is_nested(text):
        literal(text)


@given(NESTED)
def test_every_nesting_of_numbers_is_taken(value: object) -> None:
    assert forms.is_nested(repr(value))


TEXTS = [
    pytest.param(knob, id=f"{lesson.slug}.{one.id}-{knob.name}")
    for lesson in catalog.lessons()
    for one in lesson.experiments
    for knob in one.knobs
    if knob.kind == "text"
]


@pytest.mark.parametrize("knob", TEXTS)
def test_every_text_knob_refuses_a_typo_and_says_what_it_takes(knob: Knob) -> None:
    assert knob.check(knob.default) == knob.default
    assert knob.hint
    with pytest.raises(ValueError, match="is not"):
        knob.parse("3, three")
