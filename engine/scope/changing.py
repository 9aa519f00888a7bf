"""What if: something is changed in a frame that waits, and the run goes on from there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType
from typing import Any

import torch

from engine.process.failure import words_of
from engine.process.stops import WhatIf

CALLED = "<what if>"
"""The file that an error in the change is said to be in."""


def change(frame: FrameType, line: int, asked: WhatIf) -> tuple[Mapping[str, Any], str]:
    """Change what was asked for; the names of the frame, and what went wrong in a sentence.

    The names are asked for once: before Python 3.13 a frame that is asked again forgets what was
    written into the answer.
    """
    names = frame.f_locals
    if line != asked.line:
        return names, f"This time the run is at line {line} here: it is not the same each time."
    try:
        # A weight may be written to outside of its graph alone.
        with torch.no_grad():
            exec(_compiled(asked.code, frame.f_code), frame.f_globals, names)
    except (Exception, SystemExit) as error:
        kind, message = words_of(error)
        return names, f"It raised {f'{kind}: {message}' if message else kind}"
    return names, ""


def _compiled(code: str, within: CodeType) -> CodeType:
    """A change as it is meant in a function: what it assigns there and the function does not is a
    name of the file."""
    tree = ast.parse(code, CALLED)
    if within.co_flags & CO_OPTIMIZED:
        names = (each for each in ast.walk(tree) if isinstance(each, ast.Name))
        stored = {each.id for each in names if isinstance(each.ctx, ast.Store)}
        own = {*within.co_varnames, *within.co_cellvars, *within.co_freevars}
        if outside := sorted(stored - own):
            tree.body.insert(0, ast.Global(outside))
    return compile(ast.fix_missing_locations(tree), CALLED, "exec")
