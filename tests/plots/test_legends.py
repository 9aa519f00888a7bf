"""Legends are complete, or say what they leave out; titles are always there."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plots import Curve, Glyphs, Ink, Options, Plot, plain
from engine.plots.legend import Item
from engine.plots.legend import write as write_legend
from engine.plots.lettering import number
from engine.plots.page import Page
from engine.views import Bars, Heatmap, Line, Table
from tests.plots.drawing import inks, series
from tests.plots.examples import examples
from tests.plots.test_scale import upright_ticks

NAMES = ["ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus", "Tanh", "Sigmoid"]
thorough = examples(150)


@thorough
@given(
    st.integers(0, 12),
    st.integers(20, 120),
    st.integers(3, 40),
    st.sampled_from(["", "loss", "a title of some length that is much too long"]),
    st.sampled_from(Glyphs),
)
def test_every_name_is_in_the_legend_or_counted(
    count: int, columns: int, rows: int, title: str, glyphs: Glyphs
) -> None:
    names = [f"series-{i}!" for i in range(count)]
    content = [Curve(name, series([1.0, 2.0 + i])) for i, name in enumerate(names)]
    shown = plain(Plot(Options(title), glyphs).draw(content, columns, rows))
    more = re.search(r"\+(\d+) more", shown)
    missing = int(more[1]) if more else 0
    assert sum(name in shown for name in names) + missing == count
    if title:
        assert shown.startswith(title[: min(len(title), columns // 3 - 1)])


@pytest.mark.parametrize("size", [(46, 14), (72, 12), (120, 30)])
def test_eight_names_are_all_there_where_pictures_are_usual(size: tuple[int, int]) -> None:
    content = [Curve(name, series([1.0, 2.0 + i])) for i, name in enumerate(NAMES)]
    shown = plain(Plot(Options("validation loss")).draw(content, *size))
    assert all(f" {name} " in shown or f" {name}\n" in shown for name in NAMES)
    assert shown.startswith("validation loss")


def test_values_go_before_names_do() -> None:
    page = Page.blank(1, 40)
    items = [Item("●", name, "0.1234") for name in ("train", "validation", "test")]
    write_legend(page, "loss", items)
    assert "".join(page.chars[0]).rstrip() == "loss   ● train   ● validation   ● test"


def test_a_line_has_its_name_at_its_end_where_there_is_room() -> None:
    x = np.linspace(0, 1, 100)
    lines = [Line(x, x, name="up"), Line(x, -x, name="down")]
    body = plain(Plot().draw(lines, 80, 24)).split("\n", 1)[1]
    assert "up" in body
    assert "down" in body


BEFORE = series(np.linspace(900, 400, 3000))
NOW = series(np.linspace(3, 1, 1000))


def test_the_run_before_is_named() -> None:
    shown = plain(Plot().draw([Curve("loss", NOW, BEFORE, "Tanh, lr 0.01")], 80, 20))
    assert "before: Tanh, lr 0.01" in shown.split("\n")[0]
    assert "before" not in plain(Plot().draw([Curve("loss", NOW)], 80, 20))


def test_the_run_before_does_not_stretch_the_axes() -> None:
    alone = Plot(Options("loss")).draw([Curve("loss", NOW)], 80, 20)
    behind = Plot(Options("loss")).draw([Curve("loss", NOW, BEFORE, "lr 0.01")], 80, 20)
    assert upright_ticks(alone) == upright_ticks(behind)
    assert plain(alone).split("\n")[-2:] == plain(behind).split("\n")[-2:]


def test_the_run_before_lies_under_the_line_and_over_what_is_dim() -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, 4000)
    now, before = series(1 + noise), series(np.full(4000, 1.2))
    cells = Plot().draw([Curve("loss", now, before, "lr 0.01")], 80, 20)
    assert inks(cells, Ink.GHOST).sum() > 30


@pytest.mark.parametrize("rows", [6, 9, 13, 20])
def test_what_the_axes_measure_is_said_at_every_size(rows: int) -> None:
    options = Options("speed", x_label="size", y_label="time [ms]", x_log=True, y_log=True)
    view = Line([1.0, 1000.0], [1e-3, 1.0], name="cpu")
    shown = plain(Plot(options).draw([view], 60, rows))
    assert "time [ms]" in shown
    assert "size (log)" in shown
    assert len(re.findall(r"\blog\b", shown)) == 2


@pytest.mark.parametrize("columns", [22, 23, 24, 25, 40])
def test_a_title_that_fits_is_whole_and_nothing_is_said_to_be_left_out(columns: int) -> None:
    title = "w.grad after each call"
    shown = plain(Plot(Options(title)).draw([Bars(["a", "b"], [1.0, 2.0])], columns, 6))
    assert shown.split("\n")[0].strip() == title


def test_bars_on_a_log_scale_say_so() -> None:
    values = [1e-3, 1.0]
    shown = plain(Plot().draw([Bars(["a", "b"], values, unit="ms", log=True)], 60, 8))
    assert "log scale" in shown.split("\n")[0]
    assert shown.count(" ms") == 2
    assert "log" not in plain(Plot().draw([Bars(["a", "b"], values)], 60, 8))


def test_the_number_beside_a_name_is_the_last_at_every_size_and_the_mean_is_called_so() -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, 5000)
    made = series(2 + noise)
    found = {
        plain(Plot().draw([Curve("loss", made)], *size)).split("\n")[0]
        for size in ((40, 10), (80, 20), (200, 50))
    }
    assert found == {f"● loss {made.last:.3f} recent {made.recent:.3f}"}
    assert abs(made.recent - 2) < 0.1
    assert abs(made.recent - made.last) > 0.01


def test_of_many_noisy_curves_the_last_values_are_said_and_no_means() -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, (3, 5000))
    made = {name: series(2 + row) for name, row in zip(NAMES, noise, strict=False)}
    shown = plain(Plot().draw([Curve(*one) for one in made.items()], 80, 20))
    assert "recent" not in shown
    for name, values in made.items():
        assert f"{name} {number(values.last)}" in shown


def test_what_is_found_out_while_drawing_gets_a_row_of_its_own() -> None:
    values = np.linspace(3, 1, 50)
    curves = [Curve(name, series(values)) for name in ("training loss", "validation loss")]
    plot = Plot(Options("both"))
    first = plain(plot.draw(curves, 62, 20))
    assert "training loss 1.000 under validation loss" in first
    assert "validation loss 1.000" in first.replace("under validation loss", "")
    assert plain(plot.draw(curves, 62, 20)) == first


@pytest.mark.parametrize("rows", [8, 10, 24])
def test_ten_names_are_all_there_beside_another_picture(rows: int) -> None:
    lines = [Line([0, 1], [i, i], name=f"unit {i}") for i in range(10)]
    shown = plain(Plot(Options(title="Units", y_label="y")).draw(lines, 60, rows))
    assert all(f"unit {i}" in shown for i in range(10))


def test_what_a_surface_shows_is_not_cut_in_half_a_screen() -> None:
    hill = np.add.outer(np.linspace(0, 1, 20) ** 2, np.linspace(0, 48.5, 20))
    view = Heatmap(hill, (0, 1), (0, 1), log=True, floor=0.01, measure="above the minimum")
    assert "…" not in plain(Plot().draw([view], 38, 10))


def test_one_row_of_a_long_table_says_how_many_more_there_are() -> None:
    view = Table(["size", "time"], [[i, i / 7] for i in range(7)])
    shown = plain(Plot(Options(title="Times")).draw([view], 40, 3))
    assert "Times   … 6 more" in shown


def test_a_number_just_below_a_power_of_ten_has_no_digit_too_many() -> None:
    assert [number(value) for value in (0.09999, 0.099998, 9.99996, 0.1)] == [
        "0.09999", "0.1000", "10.00", "0.1000",
    ]  # fmt: skip
