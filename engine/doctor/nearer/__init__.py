"""What can be told more exactly than a rule does: the same error, seen nearer.

What belongs here: telling causes apart, and repairs that are computed; no rules and no words.

A rule knows an error by its message. Sizes in the message, the failing line and what stands around
the traceback often tell which of several causes it was, and which repair fits. Each function here
names one such case, whose words stand in ``errors/nearer.en.toml``, or says nothing; the rule's own
words hold then. A repair that is computed from sizes is tried out on these sizes first. Imports no
torch.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer import calls, given, gradients, machines, pictures, sizes
from engine.doctor.nearer.seen import Look

WORDS = Path(__file__).parents[1] / "errors" / "nearer.en.toml"

LOOKS: dict[str, Look] = {
    **calls.LOOKS,
    **given.LOOKS,
    **gradients.LOOKS,
    **machines.LOOKS,
    **pictures.LOOKS,
    **sizes.LOOKS,
}
"""By the rule whose error is looked at."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What takes the place of the rule's own words; what is empty leaves them."""

    title: str = ""
    says: str = ""
    fix: str = ""


def seen_nearer(rule: str, found: dict[str, str], context: ErrorContext) -> Words:
    """The words of the case it is, filled in; empty ones where only the rule can speak."""
    look = LOOKS.get(rule)
    case = look(found, context) if look else None
    if case is None:
        return Words()
    words = _words()[case.name if "/" in case.name else f"{rule}/{case.name}"]
    values = {**found, **case.values}
    said = (each.format(**values) for each in (words.title, words.says, words.fix))
    return Words(*said)


@cache
def _words() -> dict[str, Words]:
    return msgspec.convert(tomllib.loads(WORDS.read_text(encoding="utf-8")), dict[str, Words])
