"""Errors about what was given: which of several demands of one function was not met."""

from __future__ import annotations

import re

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.seen import Case, Look, own
from engine.doctor.similar_names import is_slip

WHOLE = {"int64", "int32", "int16", "int8", "uint8", "bool"}

LENGTHS = {
    "sorted in decreasing order": Case("unsorted"),
    "has to be greater than 0": Case("zero"),
    "equal to batch_size": Case("count"),
    "1D CPU int64 tensor": Case("kind"),
}
DRAWN = {
    "cannot sample n_sample": Case("too-many"),
    "sum of probabilities <= 0": Case("no-weight"),
    "<= 1": Case("between"),
}
"""By a piece of the message."""

OPTIMIZERS = (
    *("zero_grad", "step", "state_dict", "load_state_dict"),
    *("add_param_group", "param_groups", "state", "defaults"),
)
"""Names every optimizer has."""


def of_optimizers(name: str) -> str:
    """The name of optimizers that this one nearly is; empty where it is like none."""
    return next((each for each in OPTIMIZERS if is_slip(name, each)), "")


def _slip(found: dict[str, str], _context: ErrorContext) -> Case | None:
    near = of_optimizers(found["name"])
    return Case("near", {"near": near}) if near else None


def _said(pieces: dict[str, Case]) -> Look:
    """The case whose piece the message has."""

    def look(_found: dict[str, str], context: ErrorContext) -> Case | None:
        said = " ".join(context.message.split()).replace("&&", "&& ")
        return next((case for piece, case in pieces.items() if piece in said), None)

    return look


def _product(found: dict[str, str], context: ErrorContext) -> Case | None:
    """Whole numbers become floats: the other way round the fractions would be lost."""
    if found["a"] not in WHOLE or found["b"] in WHOLE:
        whole = found["b"] in WHOLE and found["a"] not in WHOLE
        return Case("whole", {"whole": found["b"], "float": found["a"]}) if whole else None
    names = own(context)
    first, second = names.get("left"), names.get("right")
    if first and second:
        return Case("left", {"fix": f"{first}.to({second}.dtype) @ {second}"})
    return Case("whole", {"whole": found["a"], "float": found["b"]})


def _no_array(found: dict[str, str], context: ErrorContext) -> Case | None:
    first = own(context).get("first", "")
    kind = found["kind"].rpartition(".")[2]
    if kind == "NoneType":
        return Case("none", {"what": f"`{first}`" if first else "what it was given"})
    if kind == "Tensor":
        return Case("tensor")
    if kind in ("Series", "DataFrame"):
        return Case("table", {"fix": f"torch.from_numpy({first or '...'}.to_numpy())"})
    if kind in ("list", "tuple", "int", "float", "float64", "float32", "int64"):
        return None
    return Case("object", {"fix": f"np.asarray({first or '...'})"})


def _size(found: dict[str, str], context: ErrorContext) -> Case | None:
    owner = re.search(r"((?:\w+\.)*\w+)\.size\(", context.code)
    if found["kind"] != "tuple":
        return None
    return Case("tuple", {"owner": f"{owner[1]}.size" if owner else ".size"})


def _optional(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """A variable that may be None, as the types in the message say."""
    # The message goes on over empty lines, and a text's ends at the first.
    said = f"{context.message} {context.text}"
    return Case("optional") if "found type 'Optional[" in said else None


LOOKS: dict[str, Look] = {
    "optimizer-lacks": _slip,
    "packed-lengths": _said(LENGTHS),
    "probabilities": _said(DRAWN),
    "matmul-dtypes": _product,
    "dot-dtypes": _product,
    "from-numpy-of-list": _no_array,
    "size-is-a-number": _size,
    "script-arguments": _optional,
}
