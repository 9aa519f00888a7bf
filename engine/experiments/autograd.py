"""Autograd: how the graph remembers."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from engine.experiments.parts.expressions import Piece, drawn, evaluate, shown, title
from engine.experiments.parts.timing import timed
from engine.experiments.parts.transcript import wrong_and_right
from engine.views import Bars, Experiment, Line, Mark, Progress, Scalars, Table, Text, Walker


def cosine(x: Decimal) -> Decimal:
    """The cosine to the digits of the context, by its series."""
    term = total = Decimal(1)
    for n in range(2, 100, 2):
        term *= -x * x / (n * (n - 1))
        total += term
    return total


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
    try:
        result = evaluate(expression, leaves(w, x, b, t))
    except (RuntimeError, ValueError) as error:
        yield Text(refused(error), plot="graph")
        yield Scalars(0, refused=1)
        return
    yield drawn(result)
    results = [piece for piece in result.walk() if piece.inputs]
    rows: list[list[Any]] = [
        [one.text, shown(one.value), str(list(one.value.shape)), _name(one.grad_fn)]
        for one in results
    ]
    yield Table(["result", "value", "shape", "grad_fn"], rows)
    recorded = sum(1 for one in results if one.grad_fn)
    yield Scalars(0, operations=recorded)


def _name(node: Any) -> str:
    return "None" if node is None else str(node.name())


CURES = {
    "grad can be implicitly created only for scalar outputs": (
        "A slope belongs to one number. Make one of the several: mean(…) or sum(…) around it all."
    ),
    "does not require grad": "Nothing in it asks for a slope: w or b has to be there.",
    "must match the size of tensor": "x and t need equally many numbers, or one.",
}
"""What to write instead, by a part of PyTorch's message."""


def refused(error: Exception) -> str:
    """What PyTorch answers to an expression it cannot do, and the cure where it is known."""
    said = str(error).partition("\n")[0]
    cures = [cure for part, cure in CURES.items() if part in said]
    return "\n".join([f"{type(error).__name__}: {said}", *cures])


SLOPES = {
    "Add": "a sum hands on to both what it gets",
    "Sub": "a difference hands on what it gets, to the right side with a minus",
    "Mul": "each factor gets it times the other factor",
    "Div": "the top gets it divided by the bottom; the bottom by -top / bottom²",
    "Pow": "to the base: times n * base ** (n - 1); to the exponent: times the result * log(base)",
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
    "AccumulateGrad": "a leaf, and what arrives is added to its .grad",
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
    try:
        result = evaluate(expression, inputs)
        visits = _walked_back(result)
    except (RuntimeError, ValueError) as error:
        yield Text(refused(error), plot="graph")
        yield Scalars(0, refused=1)
        return

    parts: dict[Any, list[Tensor]] = {}
    for visit in visits:
        for following, part in visit.handed_on:
            parts.setdefault(following, []).append(part)
    gradients = {visit.node: _sum(parts.get(visit.node, []), visit.arrived) for visit in visits}
    names = {one.grad_fn: one.text for one in result.walk() if one.grad_fn and not one.inputs}
    grads = {f"{name}_grad": inputs[name].grad for name in ("w", "b")}
    found = {name: grad for name, grad in grads.items() if grad is not None}
    yield drawn(result, gradients)
    rows: list[list[Any]] = []
    for count, visit in enumerate(visits, 1):
        yield drawn(result, gradients, count)
        at = names.get(visit.node, title(visit.node))
        rule = f"{at}: {SLOPES.get(title(visit.node), 'a rule of its own')}."
        yield Text(rule, name="why", plot="why")
        rows = _rows(visit, gradients, names) + rows
        heads = ["at", "arrives", "× its slope", "hands on", "to"]
        yield Table(heads, rows, name="rules", plot="rules")
        yield Progress(count, len(visits), "place")
        closing = found if count == len(visits) else {}
        yield Scalars(count, gradient=visit.arrived.mean(), **closing)


class Visit(NamedTuple):
    """A node of the graph on the way back: what arrived there, and what it handed on to whom."""

    node: Any
    arrived: Tensor
    slopes: list[Tensor]
    """Of the operation itself: what it hands on when 1 arrives."""
    handed_on: list[tuple[Any, Tensor]]


def _walked_back(result: Piece) -> list[Visit]:
    """Call backward, and note what happens at every node, in the order it happens."""
    visits: list[Visit] = []
    for piece in result.walk():
        if piece.grad_fn is not None:
            piece.grad_fn.register_hook(_recorder(piece.grad_fn, _own_slopes(piece), visits))
    result.value.backward()
    return visits


def _own_slopes(piece: Piece) -> list[Tensor]:
    """How much a piece changes when one of its recorded inputs does, number by number."""
    recorded = [one.grad_fn is not None for one in piece.inputs]
    if not any(recorded):
        return []
    spread = piece.value.shape if piece.value.dim() else None
    values = [
        one.value.detach().expand(spread or one.value.shape).clone().requires_grad_(wanted)
        for one, wanted in zip(piece.inputs, recorded, strict=True)
    ]
    wanted = [value for value, is_wanted in zip(values, recorded, strict=True) if is_wanted]
    return list(torch.autograd.grad(piece.made_by(*values).sum(), wanted))


LONGEST_SUM = 30


def _sum(parts: list[Tensor], total: Tensor) -> str:
    """What arrived: where it came on several ways, as the sum it is."""
    if len(parts) < 2 or total.dim() > 0:
        return shown(total)
    text = f"{' + '.join(map(shown, parts))} = {shown(total)}"
    return text if len(text) <= LONGEST_SUM else f"{len(parts)} parts = {shown(total)}"


def _rows(visit: Visit, gradients: dict[Any, str], names: dict[Any, str]) -> list[list[Any]]:
    """A row for everyone who gets something; a leaf hands nothing on, but keeps it."""
    at, arrives = names.get(visit.node, title(visit.node)), gradients[visit.node]
    if not visit.handed_on:
        return [[at, arrives, "", "", f"{at}.grad"]]
    rows: list[list[Any]] = []
    for slope, (following, part) in zip(visit.slopes, visit.handed_on, strict=True):
        is_summed = part.numel() < max(slope.numel(), visit.arrived.numel())
        hands_on = f"{shown(part)}, their sum" if is_summed else shown(part)
        rows.append([at, arrives, shown(slope), hands_on, names.get(following, title(following))])
        at = arrives = ""
    return rows


def _recorder(node: Any, slopes: list[Tensor], visits: list[Visit]) -> Callable[..., None]:
    """A hook that writes down what arrives at a node and what it hands on to whom."""

    def record(handed_on: tuple[Tensor | None, ...], arrived: tuple[Tensor | None, ...]) -> None:
        (gradient,) = arrived
        assert gradient is not None
        ways = zip(node.next_functions, handed_on, strict=False)
        passed = [(following, one.clone()) for (following, _), one in ways if one is not None]
        visits.append(Visit(node, gradient.clone(), slopes, passed))

    return record


def loss_at(w: Any) -> Any:
    """(w * x + b - t)² with x = 3, b = -1 and t = 4."""
    return (w * 3 - 1 - 4) ** 2


def nudge(*, w: float = 2.0, by: float = 0.01) -> Experiment:
    """Move w a little, and see how far its slope can tell what the loss will do."""
    place = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    before = loss_at(place)
    before.backward()
    assert place.grad is not None
    slope, after = place.grad.item(), loss_at(w + by)
    change = after - before.item()

    around = torch.linspace(w - 2, w + 2, 201)
    yield Line(around, loss_at(around), name="loss", plot="loss")
    yield Walker(w, before.detach(), slope, name="w", plot="loss")
    yield Mark(w + by, after, name="after the nudge", plot="loss")
    rows: list[list[str | float | int | None]] = [
        ["loss before", before.item()],
        ["loss after", after],
        ["its change", change],
        ["slope × nudge", slope * by],
        ["what the slope missed", change - slope * by],
    ]
    yield Table(["", "number"], rows)
    yield Scalars(0, slope=slope, change=change, told=slope * by)


MOST_BARS = 12
"""Calls that are drawn, the newest of them."""


def accumulate(*, times: int = 8, clear: bool = False) -> Experiment:
    """Call backward again and again on the same loss; look at .grad after each call."""
    w = torch.tensor(2.0, requires_grad=True)
    history: list[float] = []
    for call in range(1, times + 1):
        if clear:
            w.grad = None
        loss = loss_at(w)
        loss.backward()
        assert w.grad is not None
        history.append(w.grad.item())
        newest = range(max(0, call - MOST_BARS), call)
        yield Bars([f"call {n + 1}" for n in newest], [history[n] for n in newest])
        yield Progress(call, times, "call")
        changes = yield Scalars(call, grad=w.grad, true_slope=6 * (3 * w - 5))
        clear = (changes or {}).get("clear", clear)


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Decimal], Decimal]]] = {
    "x³": (lambda x: x**3, lambda x: 3 * x**2),
    "sin x": (torch.sin, cosine),
    "exp x": (torch.exp, Decimal.exp),
    "tanh x": (torch.tanh, lambda x: 4 / (x.exp() + (-x).exp()) ** 2),
    "1 / x": (lambda x: 1 / x, lambda x: -1 / x**2),
}
"""Functions in PyTorch, and the formulas of their slopes, worked out without it."""


def check(*, function: str = "x³", x: float = 1.3, dtype: str = "float64") -> Experiment:
    """One slope, found three ways; and how far off the finite difference is at each step width."""
    f, formula = FUNCTIONS[function]
    place = torch.tensor(x, dtype=getattr(torch, dtype), requires_grad=True)
    (by_autograd,) = torch.autograd.grad(f(place), place)
    place = place.detach()
    with localcontext(prec=40):
        truth = formula(Decimal(place.item()))

    def error_of(slope: float) -> float:
        return float(abs(Decimal(slope) - truth))

    widths = torch.logspace(-14, 0, 113, dtype=place.dtype)
    by_difference = (f(place + widths) - f(place - widths)) / (2 * widths)
    errors = torch.tensor([error_of(slope) for slope in by_difference.tolist()])
    own_error = error_of(by_autograd.item())
    best = errors.argmin()
    yield Line(widths, errors, name="finite difference", plot="error")
    yield Line(widths, torch.full_like(errors, own_error), name="autograd", plot="error")
    yield Mark(widths[best].item(), errors[best].item(), name="best", plot="error")
    found = {
        "autograd": by_autograd.item(),
        "h = 1": by_difference[-1].item(),
        f"h = {widths[best]:.0e}": by_difference[best].item(),
        "h = 1e-14": by_difference[0].item(),
    }
    rows: list[list[str | float | int | None]] = [["the formula", f"{truth:.17f}", "", None]]
    for name, slope in found.items():
        right = right_decimals(error_of(slope))
        rows.append([name, parted(slope, right), f"{error_of(slope):.1e}", right])
    yield Table(["found by", "slope | uncertain digits", "error", "right decimals"], rows)
    yield Scalars(
        0,
        autograd=by_autograd,
        formula=float(truth),
        autograd_error=own_error,
        best_width=widths[best],
        best_error=errors[best],
        narrowest_error=errors[0],
        widest_error=errors[-1],
    )


def right_decimals(error: float) -> int:
    """Digits after the point that an error leaves right, of the 17 that are printed."""
    if not math.isfinite(error):
        return 0
    return 17 if error == 0 else max(0, min(17, math.floor(-math.log10(2 * error))))


def parted(number: float, right: int) -> str:
    """All digits of a number, with a bar behind those that the error leaves right."""
    if not math.isfinite(number):
        return str(number)
    text = f"{number:.17f}"
    cut = text.index(".") + 1 + right
    return f"{text[:cut]}|{text[cut:]}"


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
    for number, (name, context) in enumerate(MODES.items(), 1):
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
        yield Progress(number, 3, "mode")
    yield Scalars(0, **closing)


MODES = {
    "recorded": torch.enable_grad,
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
}
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
