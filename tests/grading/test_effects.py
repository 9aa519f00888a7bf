"""What a call did to a model is told part by part, and states that differ are there to be lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import nn

from engine.grading.draw import Draw
from engine.grading.effects import Things

SEEDS = range(20)


def model() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))


def eval_and_back(part: nn.Module) -> None:
    was = part.training
    part.eval()
    part.train(was)


def frozen_and_thawed(part: nn.Module) -> None:
    part.requires_grad_(False)
    part.requires_grad_(True)


def cleared(part: nn.Module) -> None:
    part.zero_grad()


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (eval_and_back, "mode-lost"),
        (frozen_and_thawed, "requires-grad-changed"),
        (cleared, "gradients-changed"),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_used_model_shows_whoever_sets_all_of_it_to_one_state(
    call: Callable[[nn.Module], None], key: str, seed: int
) -> None:
    used = Draw(seed).used(model())
    before = Things({"model": used})
    assert before.effect(()) is None
    call(used)
    effect = before.effect(())
    assert effect is not None
    assert effect[0] == key
    assert effect[1]["name"].startswith("model")
    assert before.effect([key]) is None


def test_the_part_whose_mode_was_lost_is_named() -> None:
    used = model()
    used[1].eval()
    before = Things({"model": used})
    used.train()
    facts = {"name": "model.1", "before": "evaluation", "after": "training"}
    assert before.effect(()) == ("mode-lost", facts)


def test_another_parameter_in_the_place_of_one_is_seen_although_the_numbers_are_the_same() -> None:
    used = model()
    before = Things({"model": used})
    used[0].weight = nn.Parameter(next(used.parameters()).detach().clone())
    effect = before.effect(())
    assert effect is not None
    assert effect[0] == "rebuilt"
    assert before.effect(["moved"]) is None


def test_a_hook_that_stays_is_seen_and_one_that_is_removed_is_not() -> None:
    used = model()
    before = Things({"model": used})
    handle = nn.Module.register_forward_hook(used[0], lambda *_: None)
    effect = before.effect(())
    assert effect is not None
    assert (effect[0], effect[1]["name"]) == ("hook-left", "model.0")
    handle.remove()
    assert before.effect(()) is None


def test_a_setting_of_a_layer_that_is_another_is_named() -> None:
    dropout = nn.Dropout(0.5)
    before = Things({"model": nn.Sequential(nn.Linear(2, 2), dropout)})
    dropout.p = 0.0
    facts = {"name": "model.1", "setting": "p", "before": "0.5", "after": "0.0"}
    assert before.effect(()) == ("setting-changed", facts)
    assert before.effect(["setting-changed"]) is None


def test_a_hook_on_a_tensor_is_seen_too() -> None:
    used = model()
    before = Things({"model": used})
    handle = next(used.parameters()).register_hook(lambda g: g.clamp(-1, 1))
    assert before.effect(()) == (
        "hook-left",
        {"name": "model.0.weight", "before": "", "after": ""},
    )
    handle.remove()
    assert before.effect(()) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_option_has_its_turn(seed: int) -> None:
    options = [0.01, 1.0, 100.0]
    drawn = [each for each, _ in zip(Draw(seed).every(options), range(3), strict=False)]
    assert sorted(drawn) == options


@pytest.mark.parametrize("seed", SEEDS)
def test_a_used_model_can_still_be_trained(seed: int) -> None:
    parameters = list(Draw(seed).used(model()).parameters())
    assert parameters[-1].requires_grad
    assert any(not p.requires_grad for p in parameters)
    assert all(p.requires_grad for p in Draw(seed).used(model(), freeze=False).parameters())
