"""Where pictures stand: below each other, or side by side where rows are few."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from engine.plots.natural import Want
from tests.plots.examples import examples
from tui.widgets.picture_layout import GOOD_CHART, LEAST_CHART, LEAST_TEXT, Place, packed

CHART = Want()
WANTS = st.lists(
    st.just(CHART) | st.builds(Want, st.integers(1, 40), st.integers(1, 90), st.booleans()),
    min_size=1,
    max_size=5,
)


def test_charts_stand_below_each_other_while_each_can_be_read() -> None:
    places = packed((CHART, CHART, CHART), 60, 36)
    assert [place.width for place in places] == [60] * 3
    assert sum(place.height for place in places) == 36
    assert places[0].height > places[1].height


def test_where_three_would_be_flat_the_first_has_two_others_below_it() -> None:
    first, second, third = packed((CHART, CHART, CHART), 78, 17)
    assert first.width == 78
    assert second.y == third.y == first.height
    assert second.width + third.width < 78
    assert min(first.height, second.height) >= 7


def test_a_table_gets_its_rows_and_a_chart_the_others() -> None:
    chart, table = packed((CHART, Want(9, 40)), 60, 30)
    assert (chart.height, table.height) == (21, 9)


def test_small_tensors_stand_side_by_side_where_rows_are_few() -> None:
    strip, table, result = packed((Want(5, 70), Want(5, 30), Want(9, 30)), 78, 16)
    assert table.y == result.y > strip.y
    assert result.height >= 9


def test_a_graph_keeps_its_rows_when_a_table_can_give_way() -> None:
    graph, table = packed((Want(10, 60, True), Want(12, 60)), 60, 16)
    assert graph.height >= 10
    assert LEAST_TEXT <= table.height < 12


def test_bars_keep_their_rows_where_a_chart_can_be_flatter() -> None:
    chart, bars, other = packed((CHART, Want(5, 40, True), CHART), 78, 15)
    assert bars.height >= 5
    assert min(chart.height, other.height) >= 5


def test_a_chart_is_not_flattened_for_bars_that_are_cut_all_the_same() -> None:
    bars, chart = packed((Want(31, 60, True), CHART), 60, 34)
    assert chart.height == GOOD_CHART
    assert bars.height == 34 - GOOD_CHART


def test_what_nothing_needs_goes_to_what_can_use_it() -> None:
    graph, table = packed((Want(8, 60, True, most=12), Want(6, 40, most=6)), 70, 40)
    assert (graph.height, table.height) == (12 + 1, 6)  # with a row of air


@examples(200)
@given(WANTS, st.integers(20, 150), st.integers(1, 60))
def test_no_picture_lies_on_another_or_outside(wants: list[Want], width: int, height: int) -> None:
    places = packed(tuple(wants), width, height)
    assert len(places) == len(wants)
    needed = sum(LEAST_CHART if want.rows is None else LEAST_TEXT for want in wants)
    for place in places:
        assert place.x >= 0
        assert place.x + place.width <= width
        assert place.y + place.height <= height or height < needed
    for one, other in combinations(places, 2):
        assert not _overlap(one, other)


@examples(100)
@given(WANTS, st.integers(20, 150))
def test_with_room_for_all_nothing_is_cut(wants: list[Want], width: int) -> None:
    places = packed(tuple(wants), width, sum(want.rows or 12 for want in wants) + len(wants))
    for want, place in zip(wants, places, strict=True):
        assert place.height >= (want.rows or LEAST_CHART)


def _overlap(one: Place, other: Place) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height
