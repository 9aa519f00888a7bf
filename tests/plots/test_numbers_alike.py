"""Numbers of a column have one form, so that they can be compared by eye."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Options, plain
from engine.plots.plot import Plot
from engine.views import Table
from tests.plots.examples import examples

LARGE, SMALL = st.floats(1e-3, 9e8), st.floats(1e-12, 0.9)


def spelled(values: list[float]) -> list[str]:
    """How a table writes a column of them."""
    view = Table(["", "time"], [[f"row{at}.", value] for at, value in enumerate(values)])
    shown = plain(Plot(Options("Times")).draw([view], 60, len(values) + 6))
    return [text.strip() for text in re.findall(r"(?m)^row\d+\.(.*)$", shown)]


@examples(150)
@given(st.one_of(st.lists(LARGE, min_size=2, max_size=8), st.lists(SMALL, min_size=2, max_size=8)))
def test_either_all_numbers_of_a_column_have_an_exponent_or_none_has(values: list[float]) -> None:
    texts = spelled(values)
    assert len({"e" in text for text in texts}) == 1
    for text, value in zip(texts, values, strict=True):
        assert abs(float(text.replace(" ", "")) - value) <= 0.006 * value


def test_microseconds_from_ten_numbers_to_a_million() -> None:
    assert spelled([27.88, 2496.4, 114_000.0, 1_478_213.0]) == [
        "27.88", "2 496", "114 000", "1 478 213"
    ]  # fmt: skip
