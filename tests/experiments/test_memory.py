"""Where the numbers of a tensor lie, and how a table walks on its strip."""

from __future__ import annotations

import math

import pytest
import torch

from engine.experiments import tensors
from engine.views import Grid
from tests.experiments.runs import start


def grids(operation: str) -> list[Grid]:
    """What a run of views shows of memory and tables."""
    views = start("tensors.views", {"operation": operation})
    return [view for view in views if isinstance(view, Grid)]


@pytest.mark.parametrize("operation", [name for name in tensors.VIEWS if name != "t().view(12)"])
def test_places_are_where_the_numbers_lie(operation: str) -> None:
    owner = torch.arange(12).reshape(2, 6)
    result = tensors.VIEWS[operation](owner)
    found = tensors.places(result, owner)
    shares = result.untyped_storage().data_ptr() == owner.untyped_storage().data_ptr()
    expected = [int(n) for n in result.flatten()] if shares else [-1] * result.numel()
    assert found == expected  # every number of this strip is its own place


def test_the_walk_of_a_transpose_jumps_on_the_strip() -> None:
    shown = grids("transpose(0, 1)")
    strips = [view.read[-1] for view in shown if view.plot == "memory" and view.read]
    tables = [view.read[-1] for view in shown if view.plot == "after" and view.read]
    assert strips == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]
    assert tables == list(range(12))


def test_the_walk_of_a_copy_stays_off_the_strip() -> None:
    shown = grids("clone()")
    assert not any(view.read for view in shown if view.plot == "memory")
    assert math.prod(shown[-1].values.shape) == 12
    assert shown[-1].places == [-1] * 12
