"""What the doctor makes of a text from outside."""

from __future__ import annotations

from engine import doctor


def rule_of(text: str) -> str:
    """The rule that explains it; empty where none does."""
    _, explained = doctor.read(text)
    return explained.rule if explained else ""
