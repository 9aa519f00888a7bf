"""Facts put into the words of a message, so that numbers that differ are seen to differ."""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

DIGITS = (6, 9, 12, 17)
"""Significant digits to try; the last are enough for any two floats."""

ONE = re.compile(
    r"(?<![\w.,−-])1 (step|time|epoch|sample|call|repeat|point|number|model|parameter)s\b"
)


PAIRS = ({"got", "want"}, {"got", "true"}, {"first", "second"})
"""Facts that a message holds side by side because they differ."""


def phrase(words: str, facts: dict[str, Any]) -> str:
    """The words with the facts in their braces; "1 steps" becomes "1 step"."""
    parts = list(Formatter().parse(words))
    texts = {name: format(facts[name], spec or "") for _, name, spec, _ in parts if name}
    texts |= told_apart(texts, facts)
    return ONE.sub(r"1 \1", "".join(f"{part[0]}{texts.get(part[1] or '', '')}" for part in parts))


def told_apart(texts: dict[str, str], facts: dict[str, Any]) -> dict[str, str]:
    """More digits for floats of a pair that differ and would read alike.

    A number that is printed like the one it should be is no reason for anything.
    """
    found: dict[str, str] = {}
    for pair in PAIRS:
        values = {name: facts[name] for name in pair & texts.keys()}
        floats = [value for value in values.values() if isinstance(value, float)]
        alike = len({texts[name] for name in values}) == 1
        if len(floats) == 2 and alike and floats[0] != floats[1]:
            digits = digits_for(*floats)
            found |= {name: f"{value:.{digits}g}" for name, value in values.items()}
    return found


def digits_for(*numbers: float) -> int:
    """How many digits it takes to tell these numbers apart."""
    for digits in DIGITS:
        if len({f"{number:.{digits}g}" for number in numbers}) == len(numbers):
            return digits
    return DIGITS[-1]
