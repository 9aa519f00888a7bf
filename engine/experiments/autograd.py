"""Autograd: how the graph remembers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.experiments.parts.expressions import drawn, evaluate, shown, title
from engine.experiments.parts.timing import timed
from engine.experiments.parts.transcript import wrong_and_right
from engine.views import Bars, Experiment, Line, Mark, Progress, Scalars, Table, Text


def leaves(w: float, x: str, b: float, t: str) -> dict[str, Tensor]:
    """The four tensors of this lesson: w and b are to be learned, x and t are data."""
    return {
        "w": torch.tensor(w, requires_grad=True),
        "x": numbers(x),
        "b": torch.tensor(b, requires_grad=True),
        "t": numbers(t),
    }


def numbers(text: str) -> Tensor:
    """ "3" is a single number, "1, 2, 3" is three of them.

    Raises:
        ValueError: there is something else than numbers.
    """
    try:
        return torch.tensor(ast.literal_eval(text.strip()), dtype=torch.float32)
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"numbers with commas between them, please: {text}") from error


def graph(
    *,
    expression: str = "(w * x + b - t) ** 2",
    w: float = 2.0,
    x: str = "3",
    b: float = -1.0,
    t: str = "4",
) -> Experiment:
    """Compute an expression, and draw the graph that autograd made on the way."""
    result = evaluate(expression, leaves(w, x, b, t))
    yield drawn(result)
    results = [piece for piece in result.walk() if piece.inputs]
    rows: list[list[Any]] = [
        [one.text, shown(one.value), str(list(one.value.shape)), _name(one.grad_fn)]
        for one in results
    ]
    yield Table(["result", "value", "shape", "grad_fn"], rows)
    recorded = sum(1 for one in results if one.grad_fn)
    yield Scalars(0, operations=recorded, result=result.value.mean())


def _name(node: Any) -> str:
    return "None" if node is None else str(node.name())


SLOPES = {
    "Add": "a sum hands the gradient on as it is",
    "Sub": "a difference hands it on, to the right side with a minus",
    "Mul": "each factor gets it times the other factor",
    "Div": "the top gets it divided by the bottom; the bottom by -top / bottom²",
    "Pow": "base ** n: times n * base ** (n - 1)",
    "Neg": "times -1",
    "Mean": "every element gets an equal share",
    "Sum": "every element gets it whole",
    "Tanh": "times 1 - tanh²",
    "Sigmoid": "times s * (1 - s), s the result",
    "Exp": "times the result itself",
    "Log": "divided by the input",
    "Sin": "times the cosine",
    "Cos": "times minus the sine",
    "Sqrt": "divided by twice the result",
    "Relu": "passed on where the input is positive, else 0",
    "Abs": "times the sign",
    "AccumulateGrad": "a leaf: the gradient is added to .grad",
}


def backward(
    *,
    expression: str = "(w * x + b - t) ** 2",
    w: float = 2.0,
    x: str = "3",
    b: float = -1.0,
    t: str = "4",
) -> Experiment:
    """Watch the gradient travel back through the graph, one operation at a time."""
    inputs = leaves(w, x, b, t)
    result = evaluate(expression, inputs)
    visits: list[Visit] = []
    for piece in result.walk():
        if piece.grad_fn is not None:
            piece.grad_fn.register_hook(_recorder(piece.grad_fn, visits))
    result.value.backward()

    parts: dict[Any, list[Tensor]] = {}
    for _, _, handed_on in visits:
        for following, part in handed_on:
            parts.setdefault(following, []).append(part)
    gradients = {node: _sum(parts.get(node, []), arrived) for node, arrived, _ in visits}
    yield drawn(result, gradients)
    for count, (node, arrived, handed_on) in enumerate(visits, 1):
        yield drawn(result, gradients, count)
        why = _in_words(node, gradients[node], arrived, [part for _, part in handed_on])
        yield Text(why, name="why", plot="why")
        yield Progress(count, len(visits), "operation")
        yield Scalars(count, gradient=arrived.mean())
    found = {f"{name}_grad": inputs[name].grad for name in ("w", "b")}
    yield Scalars(len(visits), **{name: grad for name, grad in found.items() if grad is not None})


Visit = tuple[Any, Tensor, list[tuple[Any, Tensor]]]
"""A node, what arrived there, and what it handed on to which node."""

LONGEST_SUM = 30


def _sum(parts: list[Tensor], total: Tensor) -> str:
    """What arrived: where it came on several ways, as the sum it is."""
    if len(parts) < 2 or total.dim() > 0:
        return shown(total)
    text = f"{' + '.join(map(shown, parts))} = {shown(total)}"
    return text if len(text) <= LONGEST_SUM else f"{len(parts)} parts = {shown(total)}"


def _in_words(node: Any, gradient: str, arrived: Tensor, handed_on: list[Tensor]) -> str:
    """The rule of one operation, and its arithmetic where it is a single number."""
    rule = f"{title(node)}: {SLOPES.get(title(node), 'a rule of its own')}."
    if "=" in gradient:
        rule += f"\nArrived on several ways: {gradient}"
    if arrived.dim() > 0 or arrived == 0:
        return rule
    sums = [
        f"{shown(arrived)} × {shown(one / arrived)} = {shown(one)}"
        for one in handed_on
        if one.dim() == 0
    ]
    return "\n".join([rule, *sums])


def _recorder(node: Any, visits: list[Visit]) -> Callable[..., None]:
    """A hook that writes down what arrives at a node and what it hands on to whom."""

    def record(handed_on: tuple[Tensor | None, ...], arrived: tuple[Tensor | None, ...]) -> None:
        (gradient,) = arrived
        assert gradient is not None
        ways = zip(node.next_functions, handed_on, strict=False)
        passed = [(following, one.clone()) for (following, _), one in ways if one is not None]
        visits.append((node, gradient.clone(), passed))

    return record


def accumulate(*, times: int = 8, clear: bool = False) -> Experiment:
    """Call backward again and again on the same loss; look at .grad after each call."""
    w = torch.tensor(2.0, requires_grad=True)
    history: list[float] = []
    for call in range(1, times + 1):
        if clear:
            w.grad = None
        loss = (w * 3 - 1 - 4) ** 2
        loss.backward()
        assert w.grad is not None
        history.append(w.grad.item())
        yield Bars([f"call {n}" for n in range(1, call + 1)], list(history))
        yield Progress(call, times, "call")
        changes = yield Scalars(call, grad=w.grad, true_slope=6 * (3 * w - 5))
        clear = (changes or {}).get("clear", clear)


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "x³": (lambda x: x**3, lambda x: 3 * x**2),
    "sin x": (torch.sin, torch.cos),
    "exp x": (torch.exp, torch.exp),
    "tanh x": (torch.tanh, lambda x: 1 - torch.tanh(x) ** 2),
    "1 / x": (lambda x: 1 / x, lambda x: -1 / x**2),
}


def check(*, function: str = "x³", x: float = 1.5, dtype: str = "float64") -> Experiment:
    """One slope, found three ways; and how far off the finite difference is at each step width."""
    f, formula = FUNCTIONS[function]
    place = torch.tensor(x, dtype=getattr(torch, dtype), requires_grad=True)
    (by_autograd,) = torch.autograd.grad(f(place), place)
    place = place.detach()
    truth = formula(place.double())

    widths = torch.logspace(-14, 0, 113, dtype=place.dtype)
    by_difference = (f(place + widths) - f(place - widths)) / (2 * widths)
    errors = torch.abs(by_difference.double() - truth)
    best = errors.argmin()
    yield Line(widths, errors, name="finite difference", plot="error")
    yield Mark(widths[best].item(), errors[best].item(), name="best", plot="error")
    rows: list[list[str | float | int | None]] = [
        ["the formula", truth.item(), 0.0],
        ["autograd", by_autograd.item(), abs(by_autograd.item() - truth.item())],
        [f"difference, width {widths[best]:.0e}", by_difference[best].item(), errors[best].item()],
        ["difference, width 1e-14", by_difference[0].item(), errors[0].item()],
    ]
    yield Table(["found by", "slope", "error"], rows)
    yield Scalars(
        0,
        autograd=by_autograd,
        formula=truth,
        autograd_error=torch.abs(by_autograd.double() - truth),
        best_width=widths[best],
        best_error=errors[best],
        narrowest_error=errors[0],
    )


def no_grad(*, width: int = 200, samples: int = 1000, layers: int = 6) -> Experiment:
    """The same prediction three ways: recorded, under no_grad, under inference_mode."""
    model = nn.Sequential(
        *[nn.Sequential(nn.Linear(width, width), nn.Tanh()) for _ in range(layers)]
    )
    x = torch.randn(samples, width)
    weights = {weight.data_ptr() for weight in model.parameters()}
    yield Progress(0, 3, "mode")
    rows: list[list[str | float | int | None]] = []
    closing: dict[str, float] = {}
    for name, context in {
        "recorded": torch.enable_grad,
        "no_grad": torch.no_grad,
        "inference_mode": torch.inference_mode,
    }.items():
        kept: dict[int, int] = {}

        def keep(tensor: Tensor, kept: dict[int, int] = kept) -> Tensor:
            if tensor.data_ptr() not in weights:
                kept[tensor.data_ptr()] = tensor.nbytes
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor), context():
            answer = model(x)
        megabytes = sum(kept.values()) / 1e6
        with context():
            took = timed(lambda: model(x), repeats=5)
        rows.append([name, str(answer.requires_grad), len(kept), megabytes, 1e3 * took.median])
        closing |= {f"{name}_kept": megabytes, f"{name}_ms": 1e3 * took.median}
        yield Table(["mode", "requires_grad", "tensors kept", "kept [MB]", "time [ms]"], rows)
        yield Bars([str(row[0]) for row in rows], [row[3] for row in rows], unit="MB", plot="kept")
    yield Scalars(0, **closing)


MISTAKES = {
    "backward from many numbers": (
        "w = torch.ones(3, requires_grad=True)\n",
        "(w * 2).backward()",
        "(w * 2).sum().backward()\nw.grad",
    ),
    "backward twice": (
        "w = torch.tensor(3.0, requires_grad=True)\n",
        "loss = w * w\nloss.backward()\nloss.backward()",
        "for _ in range(2):\n    w.grad = None\n    loss = w * w\n    loss.backward()\n\nw.grad",
    ),
    "changed in place": (
        "w = torch.ones(2, requires_grad=True)\n",
        "y = w.exp()\ny += 1\ny.sum().backward()",
        "y = w.exp()\ny = y + 1\ny.sum().backward()\nw.grad",
    ),
    "a leaf changed in place": (
        "w = torch.ones(2, requires_grad=True)\n",
        "w -= 0.1",
        "with torch.no_grad():\n    w -= 0.1\n\nw",
    ),
    ".grad of a piece in between": (
        "w = torch.tensor(3.0, requires_grad=True)\n",
        "y = w * 2\n(y * y).backward()\nprint(y.grad)",
        "y = w * 2\ny.retain_grad()\n(y * y).backward()\nprint(y.grad)",
    ),
    ".numpy() of a recorded tensor": (
        "w = torch.ones(2, requires_grad=True)\n",
        "w.numpy()",
        "w.detach().numpy()",
    ),
    "nobody asked": (
        "w = torch.tensor(3.0)\n",
        "(w * w).backward()",
        "w.requires_grad_()\n(w * w).backward()\nw.grad",
    ),
    "a gradient of whole numbers": (
        "",
        "w = torch.tensor(3, requires_grad=True)",
        "w = torch.tensor(3.0, requires_grad=True)\nw",
    ),
}


def mistakes(*, mistake: str = "backward from many numbers") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "np": np})
