"""Errors about pictures on their way through layers: channels, a batch, and what is missing."""

from __future__ import annotations

import re
from math import isqrt

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.seen import Case, Look, numbers, own, shape

LAYERS = {2: "1d", 3: "1d", 4: "2d", 5: "3d"}
"""Which normalisation takes a batch of so many dimensions."""

COLOURS = (1, 3)
LEAST_SIDE = 8
"""Of a picture that was flattened: smaller squares are chance."""


def _normalised(found: dict[str, str], context: ErrorContext) -> Case | None:
    """Another layer of the same kind, or a batch that is missing."""
    got = int(found["got"][0])
    wanted = [int(each) for each in re.findall(r"(\d)D", found["want"])]
    kind = "InstanceNorm" if context.is_below("instancenorm.py") else "BatchNorm"
    values = {"layer": f"nn.{kind}{LAYERS.get(got, '')}"}
    # Three dimensions are a batch of sequences, or a picture without its batch.
    lone = got + 1 == min(wanted)
    if got not in LAYERS:
        return Case("lone") if lone else Case("unknown")
    return Case("lone-or-other" if lone else "other", values)


def _channels(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """What came without a channel dimension is taken for one picture of many channels."""
    told = re.search(r"expected input\s?\[([\d,\s]*)\] to have (\d+)", context.message)
    if told is None:
        return None
    size, want = numbers(told[1]), int(told[2])
    if len(size) > 3 and size[0] == 1 == want and size[1] > max(COLOURS):
        first = own(context).get("first", "")
        inside = bool(first) and _is_called_itself(context)
        return Case("batch", {"fix": f"{first}.unsqueeze(1)" if inside else ".unsqueeze(1)"})
    if want == max(COLOURS) and size[1:2] == (1,):
        return Case("grey")
    return None if want in size[2:] else Case("other")


def _is_called_itself(context: ErrorContext) -> bool:
    """Whether the line calls the convolution, and no model that has it inside."""
    return not context.is_below("container.py") and not context.inner[1:]


def flat(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """Rows that may be pictures which were flattened before."""
    size = numbers(found["size"])
    if "2d" not in found["name"] or len(size) != 2 or size[0] == size[1]:
        return None
    for colours in COLOURS:
        side = isqrt(size[1] // colours)
        if side >= LEAST_SIDE and colours * side * side == size[1]:
            inside = shape((colours, side, side))[1:-1]
            values = {"n": str(size[1]), "rows": str(size[0]), "fix": f".view(-1, {inside})"}
            return Case("flat", values)
    return None


LOOKS: dict[str, Look] = {
    "norm-dimensions": _normalised,
    "conv-channels": _channels,
}
