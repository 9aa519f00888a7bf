"""Error rules: which exception it is, by type and message, and what to say of it.

Facts are in ``errors/<topic>.toml``, words in ``errors/<topic>.en.toml``. A rule matches an
exception by its type, its message, and (only of a live one) by what was going on around it. Its
snippet raises the error, its repaired snippet does not: tests run both.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

LANGUAGE = "en"
FOLDER = Path(__file__).with_name("errors")
TOPICS = (
    "losses",
    "shapes",
    "dtypes",
    "devices",
    "autograd",
    "optimizers",
    "data",
    "models",
    "python",
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
    pattern: str
    """Found in the message; its named groups fill the words."""
    when: str = ""
    """What else has to hold: the name of a condition in `doctor.conditions`."""
    aspect: Aspect = ""
    page: str = ""
    """Lesson and page that teach it, "tensors/one-strip-of-memory"; plain Python has none."""
    snippet: str
    repaired: str
    staged: bool = False
    """The snippet only raises what another machine would: it cannot be had on every one."""
    title: str
    says: str
    """Up to two sentences; what the variables held makes the third."""
    fix: str


@lru_cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order they are tried."""
    return tuple(rule for topic in TOPICS for rule in _read(topic))


def _read(topic: str) -> list[Rule]:
    facts = tomllib.loads((FOLDER / f"{topic}.toml").read_text(encoding="utf-8"))["error"]
    text = (FOLDER / f"{topic}.{LANGUAGE}.toml").read_text(encoding="utf-8")
    words: dict[str, dict[str, Any]] = tomllib.loads(text)
    return [
        msgspec.convert({**fact, **words[fact["id"]], "topic": topic, "error": _listed(fact)}, Rule)
        for fact in facts
    ]


def _listed(fact: dict[str, Any]) -> list[str]:
    error = fact["error"]
    return [error] if isinstance(error, str) else list(error)


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
        match = re.search(rule.pattern, message) if set(names) & set(rule.error) else None
        if match:
            found.append((rule, {key: value or "" for key, value in match.groupdict().items()}))
    return found
