"""Numbers agree as closely as is asked, and those drawn are of every sort."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.grading.agreement import change, laid_out
from engine.grading.draw import Draw
from engine.grading.loaders import loader
from engine.grading.wrong import near

INF, NAN = torch.inf, torch.nan


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ([1.0, INF], [1.0, INF], True),
        ([2.0, INF], [1.0, INF], False),
        ([1.0, INF], [1.0, -INF], False),
        ([1.0, 3e38], [1.0, INF], False),
        ([NAN, 1.0], [NAN, 1.0], True),
        ([0.0, 1.0], [NAN, 1.0], False),
        ([NAN, 1.0], [0.0, 1.0], False),
        ([2**62], [2**62 + 1], False),
        ([True, False], [1, 0], True),
        ([], [], True),
    ],
)
def test_what_is_not_finite_and_what_is_whole_has_to_be_the_same(
    one: list[float], other: list[float], agree: bool
) -> None:
    assert near(torch.tensor(one), torch.tensor(other)) is agree


def test_the_floor_says_how_small_a_number_counts() -> None:
    tiny = torch.tensor([1e-30, 2e-30])
    assert near(2 * tiny, tiny)
    assert not near(2 * tiny, tiny, floor=0.0)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_of_every_size_have_zeros_of_both_signs_ties_and_extremes(seed: int) -> None:
    tied, *others = Draw(seed).of_every_size(20, 5)
    zeros = tied[tied == 0]
    assert zeros.signbit().any()
    assert not zeros.signbit().all()
    assert len(tied.unique()) < tied.numel() / 2
    sizes = sorted(float(each.abs().mean()) for each in others)
    assert 0 < sizes[0] < 1e-29
    assert sizes[-1] > 1e29
    assert any(float(each.std()) < 2 < float(each.mean()) for each in others)


def test_a_view_has_the_same_numbers_and_lies_otherwise_in_memory() -> None:
    x = Draw(1).normal(3, 4)
    view = laid_out(x)
    assert torch.equal(view, x)
    assert not view.is_contiguous()
    assert laid_out(3) == 3


def test_other_numbers_are_put_into_the_very_same_objects() -> None:
    model, x, items = nn.Linear(2, 2), torch.tensor([1.0, 2.0]), [1.0, 2.0]
    before = [p.detach().clone() for p in model.parameters()]
    change([model, x, [x], items, torch.tensor([1, 2])])
    assert x.tolist() == [0.25, 0.5]
    assert items == [2.0, 1.0]
    assert not any(map(torch.equal, before, model.parameters()))


def test_a_loader_leaves_out_some_of_its_data_set() -> None:
    x = torch.arange(5.0).unsqueeze(1)
    given = loader(Draw(3), x, 2 * x, [3, 2])
    came = torch.cat([batch for batch, _ in given])
    assert sorted(came.flatten().tolist()) == [0, 1, 2, 3, 4]
    assert len(given.dataset) > 5  # type: ignore[arg-type]
