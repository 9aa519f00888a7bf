"""The bug bench: each fault is one small change, and the sound loop beside it stays sound."""

from __future__ import annotations

from difflib import ndiff

import pytest
import torch

from engine.experiments.bugs import (
    LOOK_ALIKE,
    OFFERED,
    SOUND_NAME,
    Graphs,
    offered,
    side_by_side,
)
from engine.experiments.parts.faulty_loops import FAULTS, LOOP, SOUND, WAVE, broken, changed
from engine.views import Scalars, Text
from lessons.format import catalog
from lessons.format.pages import run_of
from tests.experiments.runs import collect, start

EVERY = pytest.mark.parametrize("name", FAULTS)


@EVERY
def test_a_fault_is_one_small_change_of_the_text(name: str) -> None:
    fault = FAULTS[name]
    assert LOOP.count(fault.right) == 1
    signs = [line[0] for line in ndiff(LOOP.splitlines(), broken(fault).splitlines())]
    assert 1 <= signs.count("-") + signs.count("+") <= 2
    assert signs.count("-") <= 1 >= signs.count("+")
    compile(broken(fault), name, "exec")


@EVERY
def test_the_change_is_shown_and_its_line_is_lit(name: str) -> None:
    text, at = changed(FAULTS[name])
    lines = text.splitlines()
    assert lines[at - 1][0] in "+-"
    kept = [line[2:] for line in lines if not line.startswith("+")]
    now = [line[2:] for line in lines if not line.startswith("-")]
    assert kept == [line.rstrip() for line in LOOP.splitlines()]
    assert now == [line.rstrip() for line in broken(FAULTS[name]).splitlines()]


def test_the_page_has_every_fault_once() -> None:
    lesson = catalog.lesson("training")
    (page,) = (page for page in lesson.pages if page.title == "Name the fault")
    run = run_of(page.activity)
    assert run
    assert sorted(preset.knobs["bug"] for preset in run.every) == sorted(FAULTS)
    assert catalog.experiment("training.bugs").knob("bug").choices == list(FAULTS)


def test_without_a_fault_both_are_the_same_to_the_bit() -> None:
    torch.manual_seed(0)
    texts = {"clean": LOOP, "other": broken(SOUND)}
    for view in side_by_side(texts, WAVE, 0.05, 2, 10):
        if isinstance(view, Scalars):
            values = {name: torch.as_tensor(each).item() for name, each in view.values.items()}
            other = {name: value for name, value in values.items() if name.startswith("other")}
            assert other
            assert all(values[f"clean{name[5:]}"] == value for name, value in other.items())


def test_beside_a_broken_one_the_sound_loop_is_as_it_is_alone() -> None:
    torch.manual_seed(1)
    views = list(side_by_side({"clean": LOOP}, WAVE, 0.05, 2, 10))
    alone = [view.values["clean"].item() for view in views
             if isinstance(view, Scalars) and "clean" in view.values]  # fmt: skip
    both = collect("training.bugs", {"bug": "no zero_grad", "epochs": 2}, seed=1)
    assert both.series["clean"] == alone


def test_a_graph_counts_as_long_as_it_is_alive() -> None:
    graphs, weight = Graphs(), torch.ones(1, requires_grad=True)
    losses = [(weight * n).sum() for n in range(3)]
    total = losses[0] + losses[1]
    for loss in losses:
        graphs.watch(loss)
    del loss
    losses.clear()
    assert graphs.count == 2
    del total
    assert graphs.count == 0


def test_of_the_names_one_is_right_and_no_two_look_alike() -> None:
    names = [*FAULTS, SOUND_NAME]
    for seed, name in enumerate(names * 5):
        torch.manual_seed(seed)
        six = offered(name, names)
        assert len(set(six)) == OFFERED
        assert name in six
        assert not any(LOOK_ALIKE.get(one) in six for one in six)


def test_a_round_says_which_it_was_only_at_its_end() -> None:
    views = list(start("training.blind", {"epochs": 1}, seed=4))
    (names,) = (view for view in views if isinstance(view, Text))
    numbers = [view.values for view in views if isinstance(view, Scalars)]
    assert all("fault" not in each and "drawn" not in each for each in numbers[:-1])
    right = names.text.split(", ")[int(numbers[-1]["fault"]) - 1]
    drawn = [*FAULTS, SOUND_NAME][int(numbers[-1]["drawn"]) - 1]
    assert right == f"{int(numbers[-1]['fault'])} {drawn}"
