"""Short pieces of code, run as at Python's prompt: what was typed, and what came back."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import warnings
from typing import Any

import torch

from engine.views import Code, Experiment, Scalars, Text

LONGEST = 400
"""Characters kept of one error message."""


def transcript(source: str, names: dict[str, Any] | None = None) -> tuple[str, int]:
    """The lines of ``source`` with Python's answers between them, and how many of them failed.

    Like the prompt, it goes on after an error. ``names`` are what the lines may use, and keep.
    """
    names = {} if names is None else names
    parts, failed = [], 0
    for statement in ast.parse(source).body:
        typed = ast.get_source_segment(source, statement) or ""
        parts.append(">>> " + typed.replace("\n", "\n... "))
        answer, fine = _answer(statement, names)
        parts += [answer] if answer else []
        failed += not fine
    return "\n".join(parts), failed


def _answer(statement: ast.stmt, names: dict[str, Any]) -> tuple[str, bool]:
    said = io.StringIO()
    code = compile(ast.Interactive([statement]), "<prompt>", "single")
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(said):
        warnings.simplefilter("always")
        shown, sys.displayhook = sys.displayhook, _show
        try:
            exec(code, names)
            error = ""
        except Exception as problem:
            error = f"{type(problem).__name__}: {_shortened(str(problem))}"
        finally:
            sys.displayhook = shown
    notes = [
        f"{warning.category.__name__}: {_shortened(str(warning.message))}" for warning in caught
    ]
    lines = [said.getvalue().rstrip("\n"), *notes, error]
    return "\n".join(filter(None, lines)), not error


def _show(value: object) -> None:
    if value is not None:
        print(repr(value))  # noqa: T201 - into the transcript


def _shortened(message: str) -> str:
    first = message.strip().partition("\n")[0]
    return first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"


def wrong_and_right(setup: str, wrong: str, right: str, names: dict[str, Any]) -> Experiment:
    """Make a mistake, then do it right; both start from the same lines of ``setup``.

    What is typed is there to be read before it runs; then Python's answers stand between its lines.
    The closing number ``errors`` says how often Python complained at the mistake: with 0 it was
    a silent one.
    """
    yield Code((setup + wrong).strip(), name="wrong", plot="wrong")
    dice = torch.get_rng_state()
    said, errors = transcript(setup + wrong, dict(names))
    yield Text(said, name="wrong", plot="wrong")
    torch.set_rng_state(dice)
    fresh = dict(names)
    transcript(setup, fresh)
    yield Text(transcript(right, fresh)[0], name="right", plot="right")
    yield Scalars(0, errors=errors)
