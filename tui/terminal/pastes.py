"""Pastes between brackets, taken out of what is typed as a whole.

Textual looks at every letter of a paste; ten megabytes of them take it ten seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

BEGIN, END = "\x1b[200~", "\x1b[201~"

KEYS = ("\x1b", "\x1b[")
"""What a mark begins with and a key may be: escape, and alt+[."""

POURED, KINDS = 256, 8
"""So many letters at once, of more kinds than these, are pasted, brackets or not: nobody types so
fast, and a key that is held down is one kind."""

PATIENCE = 20
"""How often nothing may come before the beginning of a mark, which is no key, is taken for keys."""


class Pastes:
    """Tells what is pasted from what is typed, piece by piece.

    Args:
        patience: how often nothing may come before an escape is a key.
    """

    def __init__(self, patience: int = 1) -> None:
        self._patience = patience
        self._held, self._silences = "", 0
        """The end of what was typed where it may be the beginning of a mark; how long ago."""
        self._poured: list[str] = []
        """A paste without brackets, which not all terminals send; it ends when nothing comes."""
        self._parts: list[str] | None = None
        """The paste so far; None while none has begun."""
        self._tail = ""

    def split(self, text: str) -> Iterator[tuple[bool, str]]:
        """Pieces in order: whether it is a whole paste, and its text.

        Without a text nothing has come for a while. A line may cut a mark anywhere: what may be
        the beginning of one waits for the rest, or letters of a paste would be keys that act.
        """
        if not text:
            yield from self._flush()
            yield False, self._let_go()
            return
        self._silences = 0
        text, self._held = self._held + text, ""
        while True:
            if self._parts is None:
                typed, begins, text = text.partition(BEGIN)
                if not begins:
                    self._held = begun(typed)
                    yield from self._typed(typed.removesuffix(self._held))
                    return
                yield from self._typed(typed)
                self._parts, self._tail = [], ""
            # The mark of the end may be cut in two.
            joined = self._tail + text
            pasted, ends, text = joined.partition(END)
            if not ends:
                keep = len(END) - 1
                self._parts.append(joined[:-keep] if len(joined) > keep else "")
                self._tail = joined[-keep:]
                return
            self._parts.append(pasted)
            yield True, "".join(self._parts).replace("\x00", "")
            self._parts = None

    def _typed(self, typed: str) -> Iterator[tuple[bool, str]]:
        """What was typed, or pasted without brackets."""
        begins = len(typed) >= POURED and len(set(typed)) > KINDS
        if typed and "\x1b" not in typed and (self._poured or begins):
            self._poured.append(typed)
            return
        yield from self._flush()
        yield False, typed

    def _flush(self) -> Iterator[tuple[bool, str]]:
        if self._poured:
            poured, self._poured = "".join(self._poured), []
            yield True, poured

    def _let_go(self) -> str:
        self._silences += 1
        if self._silences < (self._patience if self._held in KEYS else PATIENCE):
            return ""
        held, self._held = self._held, ""
        return held


def begun(text: str) -> str:
    """The end of a text that may be the beginning of a mark; nothing where there is none."""
    at = text.rfind("\x1b", -len(BEGIN) + 1)
    return text[at:] if at >= 0 and BEGIN.startswith(text[at:]) else ""
