"""What can be taken back: many changes, but not any number of letters."""

from __future__ import annotations

from textual.widgets.text_area import Edit, EditHistory

MOST_CHARACTERS = 4_000_000
"""Of all changes together; a thousand large pastes would be two hundred times as many."""


class BoundedHistory(EditHistory):
    """Forgets the oldest changes when all of them together have become too long."""

    _characters: int = 0
    """At least as many as there are."""

    def record(self, edit: Edit) -> None:
        """Keep a change; the oldest go when there are too many letters in all."""
        super().record(edit)
        self._characters += length(edit)
        if self._characters > MOST_CHARACTERS:
            lengths = [sum(map(length, batch)) for batch in self._undo_stack]
            self._characters = sum(lengths)
            while self._characters > MOST_CHARACTERS // 2 and len(self._undo_stack) > 1:
                self._undo_stack.popleft()
                self._characters -= lengths.pop(0)


def length(edit: Edit) -> int:
    """How many letters a change keeps: those that came and those that went."""
    return len(edit.text) + (len(edit._edit_result.replaced_text) if edit._edit_result else 0)
