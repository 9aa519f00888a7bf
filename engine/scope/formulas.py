"""An optimizer's step for one number, by hand: what it gives, and its rows with the numbers in."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

ByHand = tuple[float, list[str]]
"""The new value, and the formula's rows."""


def by_hand(
    kind: str, group: Mapping[str, Any], state: Mapping[str, float], value: float, grad: float
) -> ByHand | None:
    """One step of one number; None where we have no formula for these settings.

    Args:
        kind: the optimizer's class, as PyTorch calls it.
        group: the settings of its parameter group.
        state: what it kept of this number before the step; empty at the first.
    """
    if group.get("maximize") or group.get("amsgrad"):
        return None
    if kind == "SGD":
        return _sgd(group, state, value, grad)
    if kind in ("Adam", "AdamW"):
        return _adam(kind, group, state, value, grad)
    return None


def _sgd(group: Mapping[str, Any], state: Mapping[str, float], value: float, grad: float) -> ByHand:
    rows = []
    lr, decay = float(group["lr"]), float(group["weight_decay"])
    momentum, dampening = float(group["momentum"]), float(group["dampening"])
    step = grad
    if decay:
        step = grad + decay * value
        rows.append(f"g = grad + weight_decay·w = {n(grad)} + {decay:g}·{n(value)} = {step:.6g}")
    if momentum:
        g, old = step, state.get("momentum_buffer")
        if old is None:
            rows.append(f"v = g = {g:.6g}   (the first step)")
        else:
            step = momentum * old + (1 - dampening) * g
            weight = f"{1 - dampening:g}·" if dampening else ""
            rows.append(f"v = {momentum:g}·{n(old)} + {weight}{n(g)} = {step:.6g}")
        if group["nesterov"]:
            v, step = step, g + momentum * step
            rows.append(f"d = g + momentum·v = {n(g)} + {momentum:g}·{n(v)} = {step:.6g}")
    new = value - lr * step
    rows.append(f"lr·{_name(group)} = {lr:g}·{n(step)} = {lr * step:.6g}")
    rows.append(f"w = {value:.6g} − {n(lr * step)} = {new:.6g}")
    return new, rows


def _name(group: Mapping[str, Any]) -> str:
    """What the step is called in the row before."""
    if group["momentum"]:
        return "d" if group["nesterov"] else "v"
    return "g" if group["weight_decay"] else "grad"


def n(value: float) -> str:
    """A number after a sign, or before a power: in brackets when it has a sign of its own."""
    text = f"{value:.6g}"
    return f"({text})" if text.startswith("-") else text


def _adam(
    kind: str, group: Mapping[str, Any], state: Mapping[str, float], value: float, grad: float
) -> ByHand:
    lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["weight_decay"])
    one, two = (float(beta) for beta in group["betas"])
    rows, w, g = [], value, grad
    if decay and (kind == "AdamW" or group.get("decoupled_weight_decay")):
        w = value * (1 - lr * decay)
        rows.append(f"w = {value:.6g}·(1 − {lr:g}·{decay:g}) = {w:.6g}")
    elif decay:
        g = grad + decay * value
        rows.append(f"g = {grad:.6g} + {decay:g}·{n(value)} = {g:.6g}")
    t = state.get("step", 0.0) + 1
    old_m, old_v = state.get("exp_avg", 0.0), state.get("exp_avg_sq", 0.0)
    m, v = one * old_m + (1 - one) * g, two * old_v + (1 - two) * g * g
    rows.append(f"m = {one:g}·{n(old_m)} + {1 - one:.4g}·{n(g)} = {m:.6g}")
    rows.append(f"v = {two:g}·{n(old_v)} + {1 - two:.4g}·{n(g)}² = {v:.6g}")
    m_hat, v_hat = m / (1 - one**t), v / (1 - two**t)
    rows.append(f"m̂ = m / (1 − {one:g}^{t:g}) = {m_hat:.6g}")
    rows.append(f"v̂ = v / (1 − {two:g}^{t:g}) = {v_hat:.6g}")
    step = lr * m_hat / (sqrt(v_hat) + eps)
    rows.append(f"w = {w:.6g} − {lr:g}·m̂/(√v̂ + {eps:g}) = {w - step:.6g}")
    return w - step, rows
