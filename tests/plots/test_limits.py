"""Axes: limits that hold still, ticks of 1-2-5 or decades."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.plots.axis import Axis
from engine.plots.limits import Span, Sticky, rounded
from engine.plots.ticks import ticks

ENDS = st.floats(-1e12, 1e12)


@given(ENDS, ENDS)
def test_limits_hold_the_data(a: float, b: float) -> None:
    span = rounded(min(a, b), max(a, b), log=False)
    assert span.lo <= min(a, b) <= max(a, b) <= span.hi
    assert span.hi > span.lo


@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12))
def test_limits_on_a_log_axis_are_1_2_or_5_times_a_decade(a: float, b: float) -> None:
    span = Sticky().follow(min(a, b), max(a, b), log=True)
    for unit in (span.lo, span.hi):
        mantissa = 10 ** (unit - math.floor(unit + 1e-9))
        assert min(abs(mantissa - part) for part in (1, 2, 5)) < 1e-6


def test_limits_hold_still_while_data_wander_inside_them() -> None:
    sticky, noise = Sticky(), np.random.default_rng(0)
    spans = {sticky.follow(0.1 - noise.uniform(0, 0.05), 0.9, log=False) for _ in range(200)}
    assert len(spans) == 1


def test_limits_move_out_at_once_and_in_only_when_much_is_empty() -> None:
    sticky = Sticky()
    wide = sticky.follow(0, 10, log=False)
    assert sticky.follow(0, 6, log=False) == wide
    assert sticky.follow(0, 1, log=False).hi < 2
    assert sticky.follow(0, 50, log=False).hi >= 50


def test_a_growing_axis_moves_rarely() -> None:
    sticky = Sticky(growing=True)
    spans = [sticky.follow(0, n, log=False) for n in range(1, 10_001)]
    assert all(span.hi >= n for n, span in enumerate(spans, 1))
    assert len(set(spans)) <= 42  # ten steps a decade
    assert all(span.hi <= 1.6 * n for n, span in enumerate(spans[10:], 11))


@given(ENDS, st.floats(1e-6, 1e6), st.integers(5, 200), st.booleans())
def test_ticks_are_multiples_of_round_steps_inside_the_limits(
    lo: float, size: float, room: int, across: bool
) -> None:
    # Beyond this the difference of two ticks has no digits left to judge by.
    assume(abs(lo) < size * 1e11)
    span = Span(lo, lo + size)
    found = ticks(Axis(span, room, 4, upward=not across))
    assert len(found.at) == len(found.labels)
    assert all(lo - size * 1e-6 <= at <= lo + size * (1 + 1e-6) for at in found.at)
    if len(found.at) > 1:
        step = found.at[1] - found.at[0]
        mantissa = step / 10 ** math.floor(math.log10(step) + 1e-6)
        # Four where those of two are too close side by side.
        assert min(abs(mantissa - part) for part in (1, 2, 5, 10, *([4] * across))) < 0.05


@pytest.mark.parametrize(
    ("lo", "hi", "labels"),
    [
        (-3, 1, ["0.001", "0.01", "0.1", "1", "10"]),
        (-0.31, 1, ["0.5", "1", "2", "5", "10"]),
        (-8, -4, ["1e-8", "1e-7", "1e-6", "1e-5", "1e-4"]),
    ],
)
def test_ticks_of_a_log_axis_are_decades(lo: float, hi: float, labels: list[str]) -> None:
    assert ticks(Axis(Span(lo, hi, log=True), 20, 4, upward=True)).labels == labels


def test_labels_that_differ_only_at_the_end_are_told_from_a_base() -> None:
    found = ticks(Axis(Span(1.0, 1.0 + 1e-9), 20, 4, upward=True))
    assert found.base == "1"
    assert all(label.startswith("+") and len(label) < 8 for label in found.labels)
