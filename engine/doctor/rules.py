"""Error rules: which exception it is, by type and message, and what to say of it.

Facts are in ``errors/<topic>.toml``, words in ``errors/<topic>.en.toml``. A rule matches an
exception by its type, its message, and (only of a live one) by what was going on around it. Its
snippet raises the error on every machine that has what it ``needs``, its repaired snippet raises
nothing on any: tests run both. What cannot be had so (it takes a GPU, several processes, another
library) has no snippet, and its text is kept with the place in PyTorch's source. Where torch has
said it in other words, each wording has a pattern.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from engine.doctor.facts_and_words import joined

FOLDER = Path(__file__).with_name("errors")
TOPICS = (
    "companions",
    "machinery",
    "calls",
    "losses",
    "layers",
    "ranges",
    "making",
    "shapes",
    "dtypes",
    "devices",
    "processes",
    "autograd",
    "optimizers",
    "data",
    "models",
    "python",
    "families",
)
"""In the order their rules are tried: the special before the general."""

Aspect = Literal["shape", "dtype", "device", "grad", "kind", "value", ""]
"""Which property of the variables on the failing line matters."""

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One error beginners meet."""

    id: str
    topic: str = ""
    error: list[str]
    """Names of exception classes, one of which it has to be (or inherit from)."""
    patterns: list[str]
    """One for each wording, tried in this order; found in the message, its named groups fill the
    words. In the file: ``pattern``."""
    when: str = ""
    """What else has to hold: the name of a condition in `doctor.conditions`."""
    aspect: Aspect = ""
    page: str = ""
    """Lesson and page that teach it, "tensors/one-strip-of-memory"; plain Python has none."""
    needs: str = ""
    """What the build and the machine must be like for the snippet: a name in `doctor.needs`."""
    snippet: str = ""
    """Code that raises it; none where it takes another machine, other processes or libraries."""
    also: list[str] = []
    """Other lines after ``import torch`` that raise it, in other words."""
    repaired: str = ""
    vague: bool = False
    """It only says that something else went wrong: tried when no other exception is known."""
    staged: bool = False
    """The snippet only raises what another machine would: it cannot be had on every one."""
    title: str
    says: str
    """Up to two sentences; what the variables held makes the third."""
    fix: str
    """What to do, without a name that is not the learner's: ``labels`` is nobody's."""
    own: list[str] = []
    """The same in the learner's own names, where the failing line tells them: pieces of it stand
    for ``<first>`` and the others of `doctor.own_names`. The first is used that can be filled."""

    @property
    def raisers(self) -> list[str]:
        """All code that raises it; the snippet first."""
        return (
            []
            if not self.snippet
            else [self.snippet, *(f"import torch\n\n{line}\n" for line in self.also)]
        )


@lru_cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order they are tried."""
    return tuple(rule for topic in TOPICS for rule in _read(topic))


def _read(topic: str) -> list[Rule]:
    return [
        msgspec.convert({**_shared(error), "topic": topic}, Rule)
        for error in joined(FOLDER / f"{topic}.toml", "error")
    ]


def _shared(fact: dict[str, Any]) -> dict[str, Any]:
    fact = {**fact, "patterns": fact["pattern"]}
    del fact["pattern"]
    several = {name: _listed(fact.get(name, [])) for name in ("error", "patterns", "own")}
    return {**fact, **several}


def _listed(one_or_more: str | list[str]) -> list[str]:
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more


def folded(message: str) -> str:
    """A message without escape sequences, its whitespace folded."""
    return " ".join(ESCAPES.sub("", message).split())


def matching(names: list[str], message: str) -> list[tuple[Rule, dict[str, str]]]:
    """Rules whose type and pattern fit, with what the pattern found.

    ``names`` are the exception's class and those it inherits from.
    """
    message = folded(message)
    found = []
    for rule in rules():
        match = _first(rule.patterns, message) if set(names) & set(rule.error) else None
        if match:
            found.append((rule, {key: value or "" for key, value in match.groupdict().items()}))
    return found


def _first(patterns: list[str], message: str) -> re.Match[str] | None:
    found = (_compiled(pattern).search(message) for pattern in patterns)
    return next(filter(None, found), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Python's own cache has no room for all of them."""
    return re.compile(pattern)
