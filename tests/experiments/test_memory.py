"""Where the numbers of a tensor lie, and how a table walks on its strip."""

from __future__ import annotations

import math

import pytest
import torch

from engine.experiments import tensors
from engine.experiments.parts.tensor_calls import applied
from engine.views import Grid
from lessons.format import catalog
from tests.experiments.runs import start

OPERATIONS = catalog.experiment("tensors.views").knob("operation").choices


def grids(operation: str, **knobs: bool) -> list[Grid]:
    """What a run of views shows of memory and tables."""
    views = start("tensors.views", {"operation": operation, **knobs})
    return [view for view in views if isinstance(view, Grid)]


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one != "t.t().view(12)"])
def test_places_are_where_the_numbers_lie(operation: str) -> None:
    owner = torch.arange(12).reshape(2, 6)
    result = applied(operation, owner)
    found = tensors.places(result, owner)
    shares = result.untyped_storage().data_ptr() == owner.untyped_storage().data_ptr()
    expected = [int(n) for n in result.flatten()] if shares else [-1] * result.numel()
    assert found == expected  # every number of this strip is its own place


def test_the_walk_of_a_transpose_jumps_on_the_strip() -> None:
    shown = grids("t.transpose(0, 1)")
    strips = [view.read[-1] for view in shown if view.plot == "memory" and view.read]
    tables = [view.read[-1] for view in shown if view.plot == "after" and view.read]
    assert strips == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]
    assert tables == list(range(12))


def test_the_walk_of_a_copy_stays_off_the_strip() -> None:
    shown = grids("t.clone()")
    assert not any(view.read for view in shown if view.plot == "memory")
    assert math.prod(shown[-1].values.shape) == 12
    assert shown[-1].places == [-1] * 12


@pytest.mark.parametrize("operation", ["t[1]", "t[1, 5]", "t.clone()", "t.t()", "t[None, 1:]"])
def test_writing_into_a_view_is_writing_into_the_memory(operation: str) -> None:
    expected = applied(operation, torch.arange(12).reshape(2, 6))
    shown = {view.plot: view for view in grids(operation, write=True)}
    changed = int((shown["before"].values == 99).sum())
    assert shown["after"].values.reshape(-1)[0] == 99
    assert changed == int((shown["memory"].values == 99).sum())
    assert changed == (0 if "clone" in operation else 1)
    assert shown["after"].values.shape == expected.shape


def test_stretched_copies_are_pale() -> None:
    shown = {view.plot: view for view in start("tensors.broadcast", {}) if isinstance(view, Grid)}
    column, row = shown["a"], shown["b"]
    assert column.read is not None
    assert row.read is not None
    assert column.read == [0, 4, 8, -1]
    assert row.read == [0, 1, 2, 3, -1]
    assert column.places is None, "one colour: where the numbers lie is not the question here"
    torch.testing.assert_close(shown["grid"].values, column.values + row.values)
