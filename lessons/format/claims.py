"""What words about a run claim, so that a test can hold them against runs.

A claim is conditions, or the reason why there is nothing to prove.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

import msgspec

from lessons.format import conditions
from lessons.format.evidence import Evidence, Final

NO_CLAIM = re.compile(r"(?:claims:\s*)?none\s*\((.+)\)")


class Claim(msgspec.Struct, frozen=True):
    """When words about a run are true of it."""

    holds: list[str] = []
    """Conditions; all of them."""
    none: str = ""
    """Why there is nothing to prove: "definition", "facts of this machine"."""

    @property
    def own(self) -> list[str]:
        """The conditions that the run decides alone, without another preset's."""
        return [one for one in self.holds if not conditions.needs(conditions.parse(one))]

    @property
    def knobs(self) -> dict[str, Any]:
        """The knobs whose values the words speak of, and those values."""
        trees = [conditions.parse(one) for one in self.own]
        return {name: value for tree in trees for name, value in conditions.knobs(tree).items()}

    def is_true(self, shown: Evidence | Final) -> bool:
        """Whether the words are true of this run; so they are where nothing is claimed."""
        try:
            return all(conditions.holds(condition, shown) for condition in self.own)
        except (LookupError, ValueError):
            return False


class SaidOfRun(msgspec.Struct, frozen=True):
    """What a sentence outside any activity says of a run: ``experiment`` by its full name."""

    experiment: str
    knobs: dict[str, str]
    claim: Claim


class Recap(msgspec.Struct, frozen=True):
    """A line of a lesson's recap; ``said`` is None where it speaks of no run."""

    text: str
    said: SaidOfRun | None = None
    none: str = ""


def command(text: str, slug: str) -> tuple[str, dict[str, str]]:
    """The experiment's full name and its knobs, of "fit epochs=5".

    Raises:
        ValueError: a knob without its value.
    """
    name, *settings = shlex.split(text)
    if not all("=" in setting for setting in settings):
        raise ValueError(f"knobs are written name=value: {text}")
    knobs = dict(setting.split("=", 1) for setting in settings)
    return name if "." in name else f"{slug}.{name}", knobs


def said_of_run(text: str, slug: str) -> SaidOfRun:
    """What a sentence says of a run, "fit epochs=5 | mse < 3"."""
    head, *rest = (part.strip() for part in " ".join(text.split()).split("|"))
    name, knobs = command(head, slug)
    for condition in rest:
        conditions.parse(condition)
    if not rest:
        raise ValueError(f"a claim is a run and, after |, a condition: {head}")
    return SaidOfRun(name, knobs, Claim(rest))


def of_items(items: list[str]) -> Claim:
    """The claim among the lines of a directive: those that begin with holds: or claims:."""
    holds = [item.removeprefix("holds:").strip() for item in items if item.startswith("holds:")]
    for condition in holds:
        conditions.parse(condition)
    reasons = [NO_CLAIM.fullmatch(item) for item in items if item.startswith("claims:")]
    if None in reasons or (holds and reasons):
        raise ValueError("a claim is holds: and a condition, or claims: none (and why)")
    return Claim(holds, "".join(found[1] for found in reasons if found))


def recap(line: str, slug: str) -> Recap:
    """A sentence with its claim, "So it is. | fit epochs=5 | mse < 3" or "… | none (definition)".

    Raises:
        ValueError: there is a claim that cannot be read.
    """
    text, _, claim = (part.strip() for part in line.partition(" | "))
    reason = NO_CLAIM.fullmatch(claim)
    if reason or not claim:
        return Recap(text, none=reason[1] if reason else "")
    return Recap(text, said_of_run(claim, slug))
