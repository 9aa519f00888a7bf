"""Errors about gradients: what overwrote a value, where a computed tensor hides."""

from __future__ import annotations

import re

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
    what = re.search(r"((?:\w+\.)*\w+)\.grad\b", context.code)
    return Case("named", {"owner": what[1]}) if what else None


LOOKS: dict[str, Look] = {
    "inplace-saved": _overwritten,
    "deepcopy-of-result": _deepcopy,
    "gradient-is-none": _no_gradient,
}
