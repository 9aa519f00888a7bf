"""What is said of an operation holds for how it was set."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from engine.scope.backward import rule

W = torch.ones(3, requires_grad=True)


def test_a_rule_is_said_only_where_it_holds() -> None:
    assert "/ N" in rule(F.mse_loss(W, torch.zeros(3)).grad_fn)
    assert rule(F.mse_loss(W, torch.zeros(3), reduction="sum").grad_fn) == ""
    assert rule((W**2).grad_fn)
    assert rule((W**W).grad_fn) == ""
    assert rule(torch.add(W, W).grad_fn)
    assert rule(torch.add(W, W, alpha=2).grad_fn) == ""
    assert rule(torch.div(W, W, rounding_mode="floor").grad_fn) == ""
