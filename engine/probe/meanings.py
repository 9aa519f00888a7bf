"""What losses are called, and what each is: told whenever that changes."""

from __future__ import annotations

from collections.abc import Callable

from torch.optim import Optimizer


class Meanings:
    """Names of losses by their optimizers, and a sentence about each."""

    def __init__(self, note: Callable[[str, str], None], rests: Callable[[str], str]) -> None:
        """``rests`` says of a name how many steps are listened to, where that is not all."""
        self._note = note
        self._rests = rests
        self._names: dict[int, str] = {}
        """What the loss of an optimizer is called, by the optimizer's identity."""
        self._meant: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def forget(self) -> None:
        """Begin anew."""
        for known in (self._names, self._meant, self._told):
            known.clear()

    @property
    def names(self) -> list[str]:
        """All names so far."""
        return list(self._names.values())

    def name_of(self, optimizer: Optimizer | None) -> str:
        """The name of an optimizer's loss."""
        if optimizer is None:
            return "loss"
        name = self._names.get(id(optimizer))
        if name is None:
            number = len(self._names) + 1
            name = self._names[id(optimizer)] = "loss" if number == 1 else f"loss {number}"
        return name

    def mean(self, name: str, meaning: str) -> None:
        """A loss is this."""
        self._meant[name] = meaning
        self.tell(name)

    def tell(self, name: str) -> None:
        """Say what a loss is, where that is not what was said."""
        parts = [self._meant.get(name, ""), self._rests(name)]
        words = ", ".join(part for part in parts if part)
        if self._told.get(name, "") != words:
            self._told[name] = words
            self._note(name, words)
