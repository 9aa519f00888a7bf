"""Errors about sizes: a repair is offered when it makes these sizes fit, and not otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.pictures import flat
from engine.doctor.nearer.seen import Case, Look, numbers, own, shape

CHANNELS = {1, 3, 4}

LEAST_BATCH = 4
"""Samples: fewer than that is seldom a batch."""

Sizes = tuple[int, ...]


def repairs(sizes: Sizes) -> Iterator[tuple[str, Sizes]]:
    """Methods that only add or drop a dimension of 1, with the shape that comes out."""
    for dim, size in enumerate(sizes):
        if size == 1:
            yield f".squeeze({dim})", sizes[:dim] + sizes[dim + 1 :]
    for dim in range(len(sizes), -1, -1):
        yield f".unsqueeze({dim})", (*sizes[:dim], 1, *sizes[dim:])


def made_equal(given: Sizes, wanted: Sizes) -> str:
    """The method that gives a tensor of the one shape the other; empty where none does."""
    return next((method for method, after in repairs(given) if after == wanted), "")


def _equal_sizes(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A loss that compares number with number."""
    scores = numbers(found.get("a") or found.get("c") or "")
    target = numbers(found.get("b") or found.get("d") or "")
    names = own(context)
    # With keywords, or through a function of their own, the line does not tell them.
    both = {"first", "second"} <= {*names}
    scored, aimed = (names["first"], names["second"]) if both else ("", "")
    shapes = {"scores": shape(scores), "target": shape(target)}
    if method := made_equal(target, scores):
        return Case("target", {**shapes, "fix": f"{aimed}{method}"})
    if method := made_equal(scores, target):
        return Case("scores", {**shapes, "fix": f"{scored}{method}"})
    if len(scores) == len(target) + 1 and scores[:-1] == target:
        return Case("outputs", {**shapes, "n": str(scores[-1])})
    if prod(scores) != prod(target):
        return Case("unequal", shapes)
    return Case("other-order", shapes)


def _product(found: dict[str, str], context: ErrorContext) -> Case | None:
    """Rows of the left, columns of the left, rows of the right, columns of the right."""
    rows, columns, depth, across = (int(found[name]) for name in "abcd")
    if columns == across:
        return None
    values = {"left": "the left one", "right": "the right one"}
    if rows == depth:
        names = own(context)
        left, right = names.get("left", ""), names.get("right", "")
        product = f"{left}.T @ {right}" if left and right else ".T"
        return Case("turn-left", {**values, "fix": product})
    return Case("no-turn")


def _features(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """As many numbers as one sample should have lie in several rows."""
    rows, got, want = int(found["n"]), int(found["got"]), int(found["want"])
    # A picture has so many rows, in each of its channels, as a row has pixels.
    picture = got > 3 and want % (got * got) == 0
    if picture and rows % (want // got) == 0:
        k = {"k": str(want // got)}
        return Case("unflattened-one", k) if rows * got == want else Case("unflattened", k)
    if rows > 1 and rows * got == want:
        return Case("one-sample")
    return Case("turned") if rows == want else None


def _flattened(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """A picture without its batch: `Flatten` takes the channels for one."""
    rows, got, want = int(found["n"]), int(found["got"]), int(found["want"])
    return Case("one-sample") if rows > 1 and rows * got == want else None


def _stack(found: dict[str, str], _context: ErrorContext) -> Case | None:
    one, other = numbers(found["a"]), numbers(found["b"])
    if len(one) != len(other):
        return Case("dimensions")
    if len(one) == 3 and {one[0], other[0]} <= CHANNELS:
        return Case("colours" if one[1:] == other[1:] else "pictures")
    return None if one[1:] == other[1:] else Case("other-dimensions")


def _broadcast(found: dict[str, str], context: ErrorContext) -> Case | None:
    """At dimension 0 no shape is the shorter one: what differs is how many there are."""
    if found["dim"] == "0" and _broadcast_rows(context):
        return Case("argmax")
    if found["dim"] == "0":
        return Case("counts")
    shapes = {
        one.text: tuple(one.value.shape) for one in context.named if hasattr(one.value, "shape")
    }
    names = own(context)
    if len(shapes) == 2 and {*shapes} == {names.get("left"), names.get("right")}:
        (left, a), (right, b) = shapes.items()
        short, few, many = (left, a, b) if len(a) < len(b) else (right, b, a)
        methods = [(each, after) for each, after in repairs(few) if len(after) == len(many)]
        fitting = next((each for each, after in methods if stretches(after, many)), "")
        if fitting:
            return Case("shorter", {"fix": f"{short}{fitting}"})
        return Case("counts")
    return None


def stretches(few: Sizes, many: Sizes) -> bool:
    """Whether a shape stretches to another of as many dimensions."""
    return all(a in (b, 1) for a, b in zip(few, many, strict=True))


def _arrays(found: dict[str, str], context: ErrorContext) -> Case | None:
    """An array of fewer dimensions that fits where the other begins."""
    one, other = numbers(found["a"]), numbers(found["b"])
    names = own(context)
    named = ((one, names.get("left", ""), other), (other, names.get("right", ""), one))
    for few, name, many in named:
        behind = len(many) - len(few)
        if behind < 1 or not stretches((*few, *[1] * behind), many):
            continue
        if len(few) == behind == 1:
            return Case("column", {"fix": f"{name}[:, None]"})
        return Case("front", {"fix": f"{name}[...{', None' * behind}]"})
    return None


def _convolution(found: dict[str, str], context: ErrorContext) -> Case | None:
    if case := flat(found, context):
        return case
    size = numbers(found["size"])
    least, most = (int(each) for each in re.findall(r"(\d)D", found["want"]))
    if len(size) == most + 1 < 6:
        merged = shape((size[0] * size[1], *size[2:]))
        return Case("one-more", {"merged": merged, "up": f"Conv{most - 1}d"})
    if len(size) > most:
        return Case("many-more", {"most": str(most)})
    return Case("fewer", {"n": str(least - len(size))}) if len(size) < least - 1 else None


def _view(found: dict[str, str], context: ErrorContext) -> Case | None:
    """Another number of samples than the shape says, as in a last batch that is smaller."""
    wanted, n = numbers(found["shape"]), int(found["n"])
    sample = prod(wanted[1:])
    if "-" in found["shape"] or len(wanted) < 2 or sample < 2 or wanted[0] < LEAST_BATCH:
        return None
    if n > prod(wanted) and n % wanted[0] == 0:
        return Case("more", {"want": str(wanted[0]), "got": str(n // wanted[0])})
    if n > prod(wanted) or n % sample:
        return None
    receiver = own(context).get("receiver", "")
    method = own(context).get("method", "")
    rest = ", ".join(map(str, wanted[1:]))
    written = re.search(r"\.(?:view|reshape)\(\s*\d", context.code) is not None
    whole = f"{receiver}.{method}(-1, {rest})" if receiver and method and written else f"-1, {rest}"
    values = {"got": str(n // sample), "want": str(wanted[0]), "sample": str(sample)}
    return Case("batch", {**values, "fix": whole})


def _broadcast_rows(context: ErrorContext) -> bool:
    """A class a column was asked for, where one a row was meant."""
    return re.search(r"\bargmax\((?:[\w.]+, )?(?:dim=|axis=)?0\)", context.code) is not None


def _batches(found: dict[str, str], context: ErrorContext) -> Case | None:
    scores, labels = int(found["a"]), int(found["b"])
    if (
        scores > labels > 0
        and scores % labels == 0
        and re.search(r"view\(|reshape\(", context.source)
    ):
        return Case("reshaped", {"k": str(scores // labels)})
    return None


def _collated(found: dict[str, str], context: ErrorContext) -> Case | None:
    case = _stack(found, context)
    return case if case and case.name in ("colours", "pictures") else None


LOOKS: dict[str, Look] = {
    "bce-sizes": _equal_sizes,
    "matmul-sizes": _product,
    "linear-features": _features,
    "flattened-size": _flattened,
    "stack-sizes": _stack,
    "collate-unequal": _collated,
    "broadcast": _broadcast,
    "conv-dimensions": _convolution,
    "batch-sizes": _batches,
    "view-size": _view,
    "numpy-broadcast": _arrays,
}
