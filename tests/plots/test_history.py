"""A series of any length: exact where it is new, bounded in memory, faithful in its extremes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.history import KEPT, Series

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def filled(n: int, chunk: int = 997) -> tuple[Series, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """A series of n values, sent in chunks, and the values."""
    values = np.cumsum(np.random.default_rng(n).normal(size=n))
    series = Series()
    for start in range(0, n, chunk):
        part = values[start : start + chunk]
        series.extend(np.arange(start, start + len(part)), part)
    return series, values


@given(st.lists(FLOATS, max_size=80))
def test_counts_and_extremes_are_those_of_the_values(values: list[float]) -> None:
    series = Series()
    for step, value in enumerate(values):
        series.append(step, value)
    finite = [value for value in values if np.isfinite(value)]
    assert len(series) == len(values)
    assert series.nonfinite == len(values) - len(finite)
    assert series.nonpositive == sum(value <= 0 for value in finite)
    if finite:
        assert (series.minimum, series.maximum) == (min(finite), max(finite))
    if values:
        np.testing.assert_equal(series.last, values[-1])


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), max_size=300), st.integers(1, 60))
def test_batches_and_single_values_make_the_same_series(values: list[float], chunk: int) -> None:
    single, batched = Series(), Series()
    for step, value in enumerate(values):
        single.append(step, value)
    for start in range(0, len(values), chunk):
        part = values[start : start + chunk]
        batched.extend(range(start, start + len(part)), part)
    np.testing.assert_array_equal(single.window().table, batched.window().table)


@pytest.mark.parametrize("n", [1, 100, KEPT, 3 * KEPT, 50_000, 300_000])
def test_columns_hold_every_value_and_the_true_extremes(n: int) -> None:
    series, values = filled(n)
    columns = series.columns(0, n - 1, 173)
    assert columns.count.sum() == n
    assert columns.low.min() == values.min()
    assert columns.high.max() == values.max()
    assert columns.first[0] == values[0]
    assert columns.last[-1] == values[-1]
    assert (columns.count * columns.mean).sum() == pytest.approx(values.sum())


def test_columns_of_a_long_series_are_those_of_its_values() -> None:
    n = 200_000
    series, values = filled(n)
    columns = series.columns(0, n - 1, 50)
    truth = values.reshape(50, -1)
    # A bucket that lies across an edge counts where its middle lies.
    np.testing.assert_allclose(columns.low, truth.min(axis=1), atol=40)
    np.testing.assert_allclose(columns.high, truth.max(axis=1), atol=40)


def test_the_last_part_is_exact() -> None:
    n = 1_000_000
    series, values = filled(n, chunk=5000)
    window = series.window(n - 500, n)
    np.testing.assert_array_equal(window.last[-500:], values[-500:])
    assert set(window.table[7]) == {1.0}


def test_memory_stops_growing() -> None:
    series, _ = filled(200_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for start in range(200_000, 1_200_000, 1000):
        series.extend(np.arange(start, start + 1000), np.ones(1000))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 1_000_000
    assert len(series.window()) < 3 * KEPT


def test_what_is_not_finite_ends_a_bucket_open() -> None:
    series = Series()
    series.extend(range(5), [1.0, np.nan, 3.0, np.inf, 5.0])
    np.testing.assert_array_equal(series.window().last, [1, np.nan, 3, np.nan, 5])
    assert series.columns(0, 4, 1).mean[0] == 3.0


def test_extremes_around_summed_values_are_kept() -> None:
    series = Series()
    series.extend([0, 10], [1.0, 2.0], low=[0.5, 1.5], high=[4.0, 2.5])
    assert [series.minimum, series.maximum] == [0.5, 4.0]
    assert series.columns(0, 10, 1).high[0] == 4.0


def test_steps_out_of_order_are_drawn_in_order() -> None:
    series = Series()
    series.extend([0, 1, 2], [0.0, 1.0, 2.0])
    series.extend([0, 1], [5.0, 6.0])
    assert list(series.reach) == [0, 2]
    np.testing.assert_array_equal(series.window().x, [0, 0, 1, 1, 2])


def test_single_values_near_zero_do_not_stretch_a_log_axis() -> None:
    made, noise = Series(), np.random.default_rng(0)
    values = 2.0 * noise.normal(size=20_000) ** 2
    made.extend(np.arange(20_000), values)
    low, high = made.window().heights(log=True)
    assert values.min() < 1e-6
    assert 0.1 < low < 0.2
    assert high == values.max()
    assert made.window().heights(log=False)[0] == values.min()


def test_export_is_whole_when_short_and_thin_when_long() -> None:
    short, values = filled(100)
    np.testing.assert_array_equal(short.arrays()[1], values)
    steps, thinned = filled(500_000)[0].arrays()
    assert len(steps) == len(thinned) < 3 * KEPT
    assert steps[-1] == 499_999
    assert np.all(np.diff(steps) > 0)


def test_where_a_noisy_series_stands_is_the_mean_of_its_newest_fiftieth() -> None:
    short, values = filled(99)
    assert short.recent == short.last == values[-1]
    for n in (100, 1000, 60_000):
        long, values = filled(n)
        assert long.recent == pytest.approx(values[-(n // 50) :].mean())


@pytest.mark.parametrize("n", [10, 100, 5000, 60_000])
def test_where_a_schedule_or_a_smooth_loss_stands_is_its_last_value(n: int) -> None:
    for values in (0.1 * 0.5 ** (np.arange(n) // 30), np.exp(-np.arange(n) / n), np.ones(n)):
        series = Series()
        series.extend(range(n), values)
        series.append(n, values[-1] / 2)
        assert series.recent == values[-1] / 2


def test_a_series_that_ends_in_what_is_no_number_stands_nowhere() -> None:
    broken = Series()
    broken.extend(range(1000), np.tile([0.9, 1.1], 500))
    broken.append(1000, np.nan)
    assert np.isnan(broken.recent)
    broken.append(1001, 3.0)
    assert broken.recent == pytest.approx((18 + 3) / 19)  # the newest twenty, one of them lost
    empty = Series()
    assert np.isnan(empty.recent)


@pytest.mark.parametrize("n", [3000, 40_000, 500_000])
def test_three_of_five_values_lie_between_lower_and_upper(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    made = Series()
    made.extend(np.arange(n), values)
    columns = made.window(least=1).columns(np.linspace(0, n, 11))
    lower, upper = columns.lower.mean(), columns.upper.mean()
    inside = ((values > lower) & (values < upper)).mean()
    assert 0.55 < inside < 0.75
    assert columns.low.min() < lower < upper < columns.high.max()
