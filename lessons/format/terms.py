"""Terms of the field, each introduced on one page: the glossary is made of them."""

from __future__ import annotations

import re

import msgspec


class Term(msgspec.Struct, frozen=True):
    """A word that a page explains, and that no page uses before without saying where it is."""

    name: str
    sentence: str
    """What it is; begins small and ends without a dot, as after a dash."""
    torch: str = ""
    """What it is called in PyTorch, if it has a name there."""
    forms: list[str] = []
    """Other ways to write it: "batches"."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the term in prose, in any of its forms."""
        forms = sorted([self.name, *self.forms], key=len, reverse=True)
        return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.IGNORECASE)


def term(text: str) -> Term:
    """ "batch, batches | some items at once | torch.utils.data.DataLoader(batch_size=…)".

    Raises:
        ValueError: there is no sentence.
    """
    names, *rest = (part.strip() for part in " ".join(text.split()).split("|"))
    if not 1 <= len(rest) <= 2 or not rest[0]:
        raise ValueError(f"a term is its name and, after |, a sentence: {text.strip()}")
    name, *forms = (part.strip() for part in names.split(","))
    return Term(name, rest[0], rest[1] if len(rest) == 2 else "", forms)
