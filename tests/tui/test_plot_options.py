"""Names keep their colours from picture to picture and from run to run."""

from __future__ import annotations

import pytest

from lessons.format import catalog
from lessons.format.schema import run_of
from tui.state.plot_options import marks_of, options


def experiments() -> set[str]:
    """Every experiment of the lessons."""
    pages = [page for lesson in catalog.lessons() for page in lesson.pages]
    return {run.experiment for page in pages if (run := run_of(page.activity))}


def test_a_name_has_its_colour_whatever_was_run_before() -> None:
    found = experiments()
    assert found
    for name in found:
        experiment = catalog.experiment(name)
        series = [each for plot in experiment.plots for each in plot.series]
        names = list(dict.fromkeys(series))
        one, other = marks_of(experiment), marks_of(experiment)
        forward = {each: one.of(each) for each in names}
        backward = {each: other.of(each) for each in reversed(names)}
        assert forward == backward
        for plot in experiment.plots:
            assert len({forward[each] for each in plot.series}) == len(plot.series)


@pytest.mark.parametrize(
    ("experiment", "ending", "roots"),
    [
        ("optimizers.momentum", "_memory", ["without", "with"]),
        ("optimizers.forgotten_zero_grad", "_slope", ["clean", "broken"]),
        ("data.sorted_data", "_mse", ["shuffled", "sorted"]),
    ],
)
def test_what_is_measured_of_one_thing_looks_like_it(
    experiment: str, ending: str, roots: list[str]
) -> None:
    marks = marks_of(catalog.experiment(experiment))
    assert [marks.of(root + ending) for root in roots] == [marks.of(root) for root in roots]
    assert len({marks.of(root) for root in roots}) == len(roots)


def test_endings_that_not_all_series_of_a_picture_have_are_parts_of_names() -> None:
    marks = marks_of(catalog.experiment("training.batch_sizes"))
    assert marks.of("batch_1") != marks.of("batch_10")
    marks = marks_of(catalog.experiment("autograd.accumulate"))
    assert marks.of("grad") != marks.of("true_slope")


def test_names_in_the_source_are_known_too() -> None:
    marks = marks_of(catalog.experiment("activations.shapes"))
    assert [marks.of(name).place for name in ("value", "slope", "here")] == [0, 1, 2]


def test_what_a_knob_can_choose_takes_no_mark_from_what_is_drawn() -> None:
    marks = marks_of(catalog.experiment("optimizers.race"))
    assert [marks.of(name).head for name in ("SGD", "momentum")] == ["●", "■"]


def test_pictures_of_an_experiment_share_their_colours() -> None:
    experiment = catalog.experiment("activations.shapes")
    marks = marks_of(experiment)
    assert {options(plot, marks).marks for plot in experiment.plots} == {marks}
