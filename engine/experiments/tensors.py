"""Tensors: everything starts with one."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.experiments.parts.tensor_calls import applied
from engine.experiments.parts.timing import timed
from engine.experiments.parts.transcript import transcript, wrong_and_right
from engine.views import Code, Experiment, Grid, Line, Progress, Scalars, Table, Text

Rows = list[list[Any]]

MAKERS: dict[str, Callable[..., Tensor]] = {
    "zeros": torch.zeros,
    "ones": torch.ones,
    "rand": torch.rand,
    "randn": torch.randn,
    "eye": lambda rows=1, columns=None: torch.eye(rows, columns or rows),
    "arange": lambda *shape: torch.arange(math.prod(shape)).reshape(shape),
}


def inspect(
    *, values: str = "0.1, 0.2, 0.3", shape: str = "", dtype: str = "float32"
) -> Experiment:
    """Make a tensor, and look at everything it knows about itself."""
    kind = getattr(torch, dtype)
    try:
        if values in MAKERS:
            tensor = MAKERS[values](*sizes(shape or "3, 4")).to(kind)
        else:
            tensor = torch.tensor(literal(values), dtype=kind)
        if shape:
            tensor = tensor.reshape(sizes(shape))
    except (RuntimeError, ValueError, TypeError) as error:
        yield Text(refused(error), plot="grid")
        yield Scalars(0, made=0)
        return
    yield Grid(tensor, note=dtype)
    yield _facts(tensor)
    first = tensor.flatten()[0].item() if tensor.numel() else 0
    yield Scalars(0, made=1, first=first, bytes=tensor.nbytes, dimensions=tensor.dim())


def refused(error: Exception) -> str:
    """What PyTorch answers when it cannot do what was asked of it."""
    return f"{type(error).__name__}: {error}"


def literal(text: str) -> Any:
    """The Python numbers or nested lists in a text; "1, 2" is short for "[1, 2]".

    Raises:
        ValueError: there is something else in it.
    """
    try:
        return ast.literal_eval(text.strip() or "[]")
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"numbers, or lists of numbers, please: {text}") from error


def sizes(text: str) -> tuple[int, ...]:
    """The dimensions in "2, 3"; at most four of them, and at most 10 000 numbers in all.

    Raises:
        ValueError: it is no shape, or too large a one to look at.
    """
    text = text.strip().rstrip(",")
    shape = literal(f"({text},)" if text else "()")
    if not all(isinstance(size, int) and size >= 0 for size in shape):
        raise ValueError(f"a shape is whole numbers, 0 or more: {text}")
    if len(shape) > 4 or math.prod(shape) > 10_000:
        raise ValueError(f"at most 4 dimensions and 10 000 numbers: {text}")
    return tuple(shape)


def _facts(tensor: Tensor) -> Table:
    rows: Rows = [
        ["dtype", str(tensor.dtype)],
        ["shape", str(list(tensor.shape))],
        ["numbers in it", tensor.numel()],
        ["bytes a number", tensor.element_size()],
        ["bytes in all", tensor.nbytes],
        ["strides", str(tensor.stride())],
        ["device", str(tensor.device)],
    ]
    if tensor.numel():
        rows.insert(2, ["first number, exactly", _exactly(tensor.flatten()[0].item())])
    return Table(["fact", "value"], rows)


def _exactly(number: float) -> str:
    """All its digits: the shortest text that means a float is seldom the whole of it."""
    is_fraction = isinstance(number, float) and math.isfinite(number)
    return f"{Decimal(number):f}" if is_fraction else str(number)


def numpy_bridge(
    *, bridge: str = "from_numpy", write: str = "array", value: float = 99.0
) -> Experiment:
    """Change one side of the bridge between numpy and PyTorch, and look at both."""
    array = np.array([1.0, 2.0, 3.0])
    tensor = torch.from_numpy(array) if bridge == "from_numpy" else torch.tensor(array)
    shared = array.ctypes.data == tensor.data_ptr()
    strip = [0, 1, 2]
    lying = strip if shared else [-1, -1, -1]
    yield Grid(array.copy(), name="array", plot="array", note="before", places=strip)
    yield Grid(
        tensor.clone(), name="tensor", plot="tensor", note=f"torch.{bridge}(array)", places=lying
    )

    if write == "array":
        array[0] = value
    else:
        tensor[0] = value
    yield Grid(array, name="array", plot="array", note="after", places=strip)
    said = f"after {write}[0] = {value:g}"
    yield Grid(tensor, name="tensor", plot="tensor", note=said, places=lying)
    rows: Rows = [
        ["address of the array's memory", f"{array.ctypes.data:#x}"],
        ["address of the tensor's memory", f"{tensor.data_ptr():#x}"],
        ["the same memory", str(shared)],
    ]
    yield Table(["fact", "value"], rows)
    yield Scalars(0, array_first=array[0], tensor_first=tensor[0], shared=shared)


MOST_DRAWN = 50_000
"""Numbers of a sum."""


def broadcast(*, a: str = "3, 1", b: str = "4") -> Experiment:
    """Line two shapes up from the right, stretch every 1, and add the tensors."""
    one, other = sizes(a), sizes(b)
    depth = max(len(one), len(other))
    rows: Rows = []
    for dimension in range(-1, -depth - 1, -1):
        left = one[dimension] if -dimension <= len(one) else None
        right = other[dimension] if -dimension <= len(other) else None
        rows.append([dimension, left, right, *_meet(left, right)])
    if any(row[3] == "✗" for row in rows):
        rows = [[*row[:3], row[3] if row[3] == "✗" else "", row[4]] for row in rows]
    yield Table(["dimension", "a", "b", "result", "why"], rows)

    count = math.prod(row[3] for row in rows if isinstance(row[3], int))
    if count > MOST_DRAWN:
        yield Text(f"{count:,} numbers: too many to look at", plot="grid")
        yield Scalars(0, numbers=count)
        return

    left_tensor = torch.arange(math.prod(one)).reshape(one)
    right_tensor = 100 * (1 + torch.arange(math.prod(other))).reshape(other)
    try:
        answer = left_tensor + right_tensor
    except RuntimeError as error:
        yield _stretched("a", left_tensor, left_tensor.shape)
        yield _stretched("b", right_tensor, right_tensor.shape)
        yield Text(refused(error), plot="grid")
        yield Scalars(0, fits=0)
        return
    yield _stretched("a", left_tensor, answer.shape)
    yield _stretched("b", right_tensor, answer.shape)
    yield Grid(answer, name="a + b", note="every number of a, with the number of b in its place")
    yield Scalars(0, fits=1, dimensions=answer.dim(), numbers=answer.numel())


def _stretched(name: str, tensor: Tensor, shape: torch.Size) -> Grid:
    """A tensor as broadcasting sees it; the repetitions are pale, for nothing is copied."""
    wide = tensor.expand(shape)
    where = places(wide, tensor)
    first = {place: index for index, place in reversed(list(enumerate(where)))}
    return Grid(
        wide,
        name=name,
        plot=name,
        note=_as_the_sum_sees_it(tensor, wide),
        read=[*sorted(first.values()), -1],
    )


def _as_the_sum_sees_it(tensor: Tensor, wide: Tensor) -> str:
    if tensor.shape == wide.shape:
        return "not stretched"
    return f"{list(tensor.shape)} stretched, its own numbers coloured, strides {wide.stride()}"


def trap(*, n: int = 4, cure: bool = False) -> Experiment:
    """Subtract targets from predictions that are all exactly half too high; square, and average."""
    target = torch.arange(1.0, n + 1)
    prediction = (target + 0.5).unsqueeze(1)
    if cure:
        target = target.unsqueeze(1)
    error = prediction - target

    wanted = [index * (n + 1) for index in range(n)] if not cure else list(range(n))
    yield Grid(
        error,
        name="prediction - target",
        plot="error",
        note=f"{list(prediction.shape)} and {list(target.shape)}; the wanted numbers are coloured",
        read=[*wanted, -1],
    )
    mean, asked = torch.mean(error**2), torch.mean(error.flatten()[wanted] ** 2)
    rows: Rows = [
        ["errors wanted", n, asked.item()],
        ["errors that came out", error.numel(), mean.item()],
    ]
    yield Table(["", "how many", "mean of their squares"], rows)
    yield Scalars(0, numbers=error.numel(), mean=mean, wanted_mean=asked)


def _meet(left: int | None, right: int | None) -> tuple[int | str, str]:
    """What one dimension of two shapes becomes, and why."""
    if left is None or right is None:
        return (left or right or 0), "only one has it"
    if left == right:
        return left, "equal"
    if 1 in (left, right):
        return max(left, right) if 0 not in (left, right) else 0, "the 1 is stretched"
    return "✗", "neither is 1"


MOST_READ = 200
"""Numbers that a walk takes one by one."""


def views(*, operation: str = "t.transpose(0, 1)", write: bool = False) -> Experiment:
    """One strip of memory, looked at in two ways; or is it two strips?"""
    strip = torch.arange(12)
    t = strip.reshape(2, 6)
    yield _strip(strip)
    yield _lying(t, t, "before")
    try:
        result = applied(operation, t)
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        yield Text(refused(error), plot="after")
        yield Scalars(0, works=0)
        return
    shares = result.untyped_storage().data_ptr() == t.untyped_storage().data_ptr()
    yield _compared(t, result, strip)

    walk = places(result, t)[:MOST_READ]
    for step in range(1, len(walk) + 1):
        yield _strip(strip, [place for place in walk[:step] if place >= 0])
        yield _lying(result, t, "after", list(range(step)))
        yield Progress(step, len(walk), "number")
        yield Scalars(step, works=1, shares=shares)
    if write:
        result[(0,) * result.dim()] = 99
    yield _strip(strip)
    yield _lying(t, t, "before")
    yield _lying(result, t, "after")
    yield _compared(t, result, strip)
    yield Scalars(len(walk), works=1, shares=shares, contiguous=result.is_contiguous())


def _compared(t: Tensor, result: Tensor, strip: Tensor) -> Table:
    shares = result.untyped_storage().data_ptr() == t.untyped_storage().data_ptr()
    changed = int((strip != torch.arange(len(strip))).sum())
    rows: Rows = [
        ["strides", str(t.stride()), str(result.stride())],
        ["starts at number", str(t.storage_offset()), str(result.storage_offset())],
        ["contiguous", str(t.is_contiguous()), str(result.is_contiguous())],
        ["same memory", "", "yes" if shares else "no, a copy"],
        ["changed on the strip", "", str(changed)],
    ]
    return Table(["fact", "t", "the result"], rows)


def places(tensor: Tensor, owner: Tensor) -> list[int]:
    """Where each number lies in the owner's memory, in reading order; -1: in another memory."""
    if tensor.untyped_storage().data_ptr() != owner.untyped_storage().data_ptr():
        return [-1] * tensor.numel()
    found = torch.tensor(tensor.storage_offset())
    for size, stride in zip(tensor.shape, tensor.stride(), strict=True):
        found = found.unsqueeze(-1) + stride * torch.arange(size)
    return [int(place) for place in found.flatten()]


def _strip(strip: Tensor, read: list[int] | None = None) -> Grid:
    return Grid(
        strip,
        name="memory",
        plot="memory",
        note="the strip the numbers lie on",
        places=list(range(len(strip))),
        memory=len(strip),
        read=read,
    )


def _lying(tensor: Tensor, owner: Tensor, name: str, read: list[int] | None = None) -> Grid:
    """A table, with the place of each of its numbers on the owner's strip."""
    where = places(tensor, owner)
    order = "contiguous" if tensor.is_contiguous() else "not contiguous"
    return Grid(
        tensor,
        name=name,
        plot=name,
        note=f"strides {tensor.stride()}, {order}{', a copy' if -1 in where else ''}",
        places=where,
        memory=owner.numel(),
        read=read,
    )


NAMED = {
    "the old named tensors": "torch.zeros(2, 3, names=('batch', 'feature'))",
    "einsum": (
        "a, b = torch.ones(2, 3), torch.ones(3, 4)\n"
        "torch.einsum('nf,fo->no', a, b).shape\n"
        "torch.einsum('nf,of->no', a, b).shape\n"
        "torch.einsum('nf,fo->no', a[:, :1], b).shape"
    ),
    "first-class dimensions": (
        "from functorch.dim import dims\n"
        "pixels = torch.arange(6.0).reshape(2, 3)\n"
        "n, f = dims(2)\n"
        "pixels[n, f].sum(f).order(n)\n"
        "pixels[n, f].order(f, n)\n"
        "pixels[n, f] + torch.ones(4, 2)[f, n]"
    ),
    "the bug that names catch": (
        "images = torch.ones(3, 3)\nimages[0] = 9.0\nimages.mean(dim=0)\nimages.mean(dim=1)"
    ),
}


def named(*, way: str = "einsum") -> Experiment:
    """Give dimensions names: ask the installed PyTorch, and show what it answers."""
    yield Code(NAMED[way], name="text", plot="text")
    said, errors = transcript(NAMED[way], {"torch": torch})
    yield Text(said)
    yield Text(f"PyTorch {torch.__version__}", name="version", plot="version")
    yield Scalars(0, errors=errors)


OPERATIONS: dict[str, tuple[Callable[[Any, Any], object], ...]] = {
    "a + b": (
        lambda a, b: [p + q for p, q in zip(a, b, strict=True)],
        lambda a, b: a + b,
        lambda a, b: a + b,
    ),
    "sum(a)": (lambda a, _: sum(a), lambda a, _: a.sum(), lambda a, _: a.sum()),
    "sin(a)": (
        lambda a, _: [math.sin(p) for p in a],
        lambda a, _: np.sin(a),
        lambda a, _: torch.sin(a),
    ),
}


def speed(*, operation: str = "a + b", largest: int = 1_000_000) -> Experiment:
    """The same work on Python lists, numpy arrays and tensors, from ten numbers upwards."""
    counts = [10**power for power in range(1, 9) if 10**power <= largest]
    seconds: dict[str, list[float]] = {"list": [], "numpy": [], "torch": []}
    rows: Rows = []
    yield Progress(0, len(counts), "size")
    for done, count in enumerate(counts, 1):
        arrays = np.random.rand(count), np.random.rand(count)
        sides = {
            "list": [array.tolist() for array in arrays],
            "numpy": arrays,
            "torch": [torch.from_numpy(array) for array in arrays],
        }
        for (name, (a, b)), work in zip(sides.items(), OPERATIONS[operation], strict=True):
            seconds[name].append(timed(partial(work, a, b), repeats=5).median)
            yield Line(counts[:done], list(seconds[name]), name=name, plot="speed")
        times = [1e6 * spent[-1] for spent in seconds.values()]
        rows.append([count, *times, times[0] / times[2]])
        yield Table(["numbers", "list [µs]", "numpy [µs]", "torch [µs]", "list / torch"], rows)
        yield Progress(done, len(counts), "size")
        yield Scalars(done, **{f"{name}_seconds": spent[-1] for name, spent in seconds.items()})


SUMS = "prediction = torch.ones(200, 1)\ntarget = torch.ones(200)\n"
MISTAKES = {
    "torch.Float16": (
        "",
        "torch.zeros(2, dtype=torch.Float16)",
        "torch.zeros(2, dtype=torch.float16)",
    ),
    "tensor.shape()": ("t = torch.zeros(2, 3)\n", "t.shape()", "t.shape"),
    "whole numbers": ("t = torch.tensor([1, 2, 4])\n", "t.mean()", "t.float().mean()"),
    "whole numbers into a model": (
        "model = torch.nn.Linear(1, 1)\n",
        "model(torch.tensor([[3]]))",
        "model(torch.tensor([[3.0]])).shape",
    ),
    "float64 into a model": (
        "model = torch.nn.Linear(1, 1)\narray = np.linspace(0, 1, 3).reshape(-1, 1)\n",
        "model(torch.from_numpy(array))",
        "model(torch.from_numpy(array).float()).shape",
    ),
    "view of a transposed tensor": (
        "t = torch.arange(6).reshape(2, 3).t()\n",
        "t.view(6)",
        "t.reshape(6)",
    ),
    "rows of unequal length": ("", "torch.tensor([[1, 2], [3]])", "torch.tensor([[1, 2], [3, 0]])"),
    "(N,) meets (N, 1)": (
        SUMS,
        "(prediction - target).shape",
        "(prediction - target.unsqueeze(1)).shape",
    ),
}


def mistakes(*, mistake: str = "torch.Float16") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    yield from wrong_and_right(*MISTAKES[mistake], names={"torch": torch, "np": np})
