"""Pastes between brackets, taken out of what is typed as a whole.

Textual looks at every letter of a paste; ten megabytes of them take it ten seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

BEGIN, END = "\x1b[200~", "\x1b[201~"


class Pastes:
    """Tells what is pasted from what is typed, piece by piece."""

    def __init__(self) -> None:
        self._parts: list[str] | None = None
        """The paste so far; None while none has begun."""
        self._tail = ""

    def split(self, text: str) -> Iterator[tuple[bool, str]]:
        """Pieces in order: whether it is a whole paste, and its text.

        A mark of the beginning that is itself cut in two is left for others to understand.
        """
        while True:
            if self._parts is None:
                typed, begins, text = text.partition(BEGIN)
                yield False, typed
                if not begins:
                    return
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
