"""Fast forms do the same mathematics: same order of samples, same parameters."""

from __future__ import annotations

import shutil
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader

from engine.experiments import speed
from engine.experiments.data import Measurements, measure, normalised
from engine.experiments.models import regressor
from engine.experiments.optimizers import Track
from engine.experiments.parts.batched_models import BatchedModels, losses
from engine.experiments.parts.surfaces import SURFACES
from engine.views import Line
from tests.experiments.runs import collect, start

SAME = speed.SAME | ({"C": speed.in_c} if shutil.which("cc") else {})


@pytest.mark.parametrize("seed", [0, 7])
def test_the_order_is_the_loaders_own_and_leaves_the_same_generator(seed: int) -> None:
    data = Measurements(torch.arange(50.0), torch.arange(50.0))
    torch.manual_seed(seed)
    loader = DataLoader(data, shuffle=True)
    asked = [[int(x.item()) for x, _ in loader] for _ in range(3)]
    after = torch.rand(1)
    torch.manual_seed(seed)
    assert [speed.shuffled(50).tolist() for _ in range(3)] == asked
    assert torch.rand(1) == after


@pytest.mark.parametrize("name", SAME)
def test_a_rung_arrives_at_the_weights_of_the_plain_loop(name: str) -> None:
    x, y = measure()
    inputs = normalised(x)
    start = regressor(activation="Tanh")
    plain, other = deepcopy(start), deepcopy(start)
    for model, rung in ((plain, speed.plain), (other, SAME[name])):
        torch.manual_seed(1)
        rung(model, inputs, y, 0.001)
    assert not torch.equal(plain.state_dict()["0.weight"], start.state_dict()["0.weight"])
    for one, two in zip(plain.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(one, two, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("name", ["batches cut once", "no optimizer", "plain functions"])
def test_the_upper_rungs_are_identical_to_the_last_bit(name: str) -> None:
    x, y = measure()
    plain = regressor(activation="Tanh")
    other = deepcopy(plain)
    for model, rung in ((plain, speed.plain), (other, SAME[name])):
        torch.manual_seed(1)
        for _ in range(5):
            rung(model, x, y, 0.001)
    for one, two in zip(plain.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)


@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_compiled_step_arrives_at_the_same_weights() -> None:
    final = collect("training.ladder", {"epochs": 2, "compile_step": True}).final
    assert final["apart"] < 2e-6


@pytest.mark.parametrize(
    "knobs",
    [
        {"activation": "Tanh"},
        {"activation": "none"},
        {"activation": "GELU", "normalise": True, "lr": 0.01, "width": 5},
    ],
)
def test_fast_fit_gives_the_numbers_of_fit(knobs: dict[str, Any]) -> None:
    plain = collect("training.fit", knobs | {"epochs": 3}, limit=10_000)
    fast = collect("training.fast_fit", knobs | {"epochs": 3}, limit=10_000)
    assert plain.series == fast.series
    assert plain.lines == fast.lines


def test_batched_models_learn_like_each_alone() -> None:
    """Rates as factors of the losses, momentum included, for three networks at once."""
    x, y = measure()
    inputs = normalised(x)
    members = [regressor() for _ in range(3)]
    rates = torch.tensor([0.001, 0.01, 0.05])
    models = BatchedModels(members, torch.tanh)
    together = torch.optim.SGD(models.parameters(), lr=1.0, momentum=0.5)
    alone = [
        torch.optim.SGD(member.parameters(), lr=rate.item(), momentum=0.5)
        for member, rate in zip(members, rates, strict=True)
    ]
    for chosen in torch.randperm(len(x)).split(20):
        together.zero_grad()
        torch.sum(rates * losses(models(inputs[chosen]), y[chosen])).backward()
        together.step()
        for member, optimizer in zip(members, alone, strict=True):
            optimizer.zero_grad()
            hidden = torch.tanh(member[0](inputs[chosen]))
            F.mse_loss(member[1](hidden), y[chosen]).backward()
            optimizer.step()
    for number, member in enumerate(members):
        first, last = member[0], member[1]
        assert isinstance(first, nn.Linear)
        assert isinstance(last, nn.Linear)
        torch.testing.assert_close(models.w1[number].t(), first.weight, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(models.b2[number, 0], last.bias, atol=1e-5, rtol=1e-5)


def test_a_hundred_walkers_walk_like_each_alone() -> None:
    ground = SURFACES["narrow valley"]
    shown = [view for view in start("optimizers.learning_rates", {"steps": 5, "momentum": 0.5})
             if isinstance(view, Line)]  # fmt: skip
    rates, heights = shown[-1].x, shown[-1].y
    for index in (10, 40, 60, 99):
        alone = Track(ground, partial(torch.optim.SGD, momentum=0.5), rates[index].item())
        for _ in range(5):
            alone.step()
        assert heights[index].item() == pytest.approx(alone.height.item(), rel=1e-4)


def test_a_walker_that_leaves_does_not_spoil_the_others() -> None:
    final = collect("optimizers.learning_rates", {"steps": 300}).final
    assert final["cliff"] == pytest.approx(0.042, abs=0.001)
    assert final["best_height"] < 1e-3
