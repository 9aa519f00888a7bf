"""Errors about gradients: what overwrote a value, where a computed tensor hides."""

from __future__ import annotations

import ast
import re
from contextlib import suppress

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.seen import Case, Look

WEIGHTS = {"", "AsStrided", "T", "Transpose", "View"}
"""What a saved weight is an output of: of nothing, or of a view that a layer takes of it."""


def _overwritten(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """A weight is changed in place by the optimizer; what a function returned is not."""
    return Case("weight") if found.get("node", "") in WEIGHTS else None


def _deepcopy(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """What is copied has the computed tensor somewhere in it."""
    if context.is_below("copy.py:_reconstruct"):
        return Case("object")
    if context.is_below(
        "copy.py:_deepcopy_dict", "copy.py:_deepcopy_list", "copy.py:_deepcopy_tuple"
    ):
        return Case("container")
    return None


def _no_gradient(_found: dict[str, str], context: ErrorContext) -> Case | None:
    if rebound := _rebound(context.statement or context.source):
        return rebound
    what = re.search(r"((?:\w+\.)*\w+)\.grad\b", context.code)
    return Case("named", {"owner": what[1]}) if what else None


def _rebound(code: str) -> Case | None:
    """A step such as `w = w - rate * w.grad`, which makes another tensor of the name."""
    with suppress(SyntaxError, ValueError):
        match ast.parse(code.strip()).body:
            case [ast.Assign([target], ast.BinOp(left, ast.Sub() | ast.Add() as op, right))]:
                name, step = ast.unparse(target), ast.unparse(right)
                if ast.unparse(left) == name and f"{name}.grad" in step:
                    sign = "-" if isinstance(op, ast.Sub) else "+"
                    return Case("rebound", {"owner": name, "fix": f"{name} {sign}= {step}"})
    return None


def _second(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """A derivative of what may be one itself."""
    return Case("nothing-requires-grad/second") if re.search(r"\bgrad\(", context.code) else None


LOOKS: dict[str, Look] = {
    "inplace-saved": _overwritten,
    "deepcopy-of-result": _deepcopy,
    "gradient-is-none": _no_gradient,
    "nothing-requires-grad": _second,
    "no-graph-under-no-grad": _second,
}
