"""What looks share: a case with what fills its words, and the learner's names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.doctor.error_context import ErrorContext
from engine.doctor.own_names import LONGEST, pieces


@dataclass(frozen=True)
class Case:
    """One of several causes that an error may have."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


Look = Callable[[dict[str, str], ErrorContext], Case | None]


def own(context: ErrorContext) -> dict[str, str]:
    """The learner's names for the pieces of the failing line, those that are short."""
    known = pieces(context.failing or context.source, certain=bool(context.failing))
    return {name: text for name, text in known.items() if 0 < len(text) <= LONGEST}


def numbers(text: str) -> tuple[int, ...]:
    """The sizes of a shape as it is written."""
    return tuple(int(each) for each in re.findall(r"\d+", text))


def shape(sizes: tuple[int, ...]) -> str:
    """A shape as a learner would write it."""
    return str(sizes)
