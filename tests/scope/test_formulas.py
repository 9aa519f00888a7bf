"""The formula by hand against PyTorch's own step."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.scope.steps import choose, told

SETTINGS: list[tuple[type[torch.optim.Optimizer], dict[str, Any]]] = [
    (torch.optim.SGD, {"lr": 0.1}),
    (torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.3}),
    (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.4, "weight_decay": 0.1}),
    (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (torch.optim.Adam, {"lr": 0.01}),
    (torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.3, "betas": (0.7, 0.8)}),
    (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.3}),
]


@pytest.mark.parametrize(("kind", "settings"), SETTINGS, ids=str)
def test_it_gives_what_pytorch_computes(
    kind: type[torch.optim.Optimizer], settings: dict[str, Any]
) -> None:
    torch.manual_seed(3)
    weight = torch.nn.Parameter(torch.randn(3, 4))
    optimizer = kind([weight], **settings)
    for _ in range(20):
        weight.grad = torch.randn(3, 4)
        (chosen,) = choose(optimizer)
        optimizer.step()
        update = told(chosen, optimizer, "weight")
        assert update.new == weight.detach()[tuple(update.index)].item()
        assert update.by_hand == pytest.approx(update.new, rel=1e-5, abs=1e-6)


def test_nothing_is_said_by_hand_where_there_is_no_formula() -> None:
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([weight], lr=0.01, amsgrad=True)
    weight.grad = torch.ones(2)
    (chosen,) = choose(optimizer)
    optimizer.step()
    assert told(chosen, optimizer, "weight").by_hand is None


def test_nothing_is_said_by_hand_where_something_else_was_done() -> None:
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    weight.grad = torch.ones(2)
    (chosen,) = choose(optimizer)
    weight.grad.mul_(0.5)
    optimizer.step()
    update = told(chosen, optimizer, "weight")
    assert (update.by_hand, update.formula) == (None, [])
