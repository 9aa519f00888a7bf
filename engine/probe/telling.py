"""What a probe tells: losses, held together for a moment, and what the script asks to be shown."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, cast

from engine.probe.meanings import Meanings
from engine.probe.rates import of_loss
from engine.views import AnyView, Grid, Scalars, View

HOLD_SECONDS = 0.025
"""Losses are shown together, at most this much later: one by one they would cost more."""

Shower = Callable[[AnyView | Scalars], float]
"""Takes a view, and tells what time it is (`time.perf_counter`)."""

Recorder = Callable[[int, str, float], None]
"""Takes a step, what a loss or a learning rate is called, and its value."""


class Telling:
    """Takes losses step by step, and passes them on."""

    def __init__(self, show: Shower, record: Recorder | None, meanings: Meanings) -> None:
        """``record`` takes each loss that is on the host at once; without it all are shown."""
        self.show = show
        self.at: Callable[[], int] = lambda: 0
        """How many steps are complete."""
        self.next_show = 0.0
        """When what is held is due."""
        self._record = record
        self._meanings = meanings
        self._held: list[tuple[int, str, Any]] = []
        """Steps, what their loss is called, and the loss: not shown yet."""

    def forget(self) -> None:
        """Begin anew."""
        self._held.clear()

    def say(self, step: int, name: str, loss: Any) -> None:
        """A step's loss is known."""
        if self._record is not None and type(loss) is float:
            self._record(step, name, loss)
        else:
            self._held.append((step, name, loss))

    def flush(self, now: float) -> None:
        """Show every loss that was held back."""
        held, self._held = self._held, []
        for step, name, loss in held:
            self.show(Scalars(step, **{name: loss}))
        self.next_show = now + HOLD_SECONDS

    def epoch(self, step: int, number: int) -> None:
        """After so many steps an epoch begins; 0: there is no saying what one is."""
        self.show(Scalars(step, epoch=number))

    # What the script asks for

    def offer_watch(self) -> Callable[[], None]:
        """Give the script ``watch()``; the answer takes it away again."""
        had = getattr(builtins, "watch", None)
        builtins.watch = self.watch  # type: ignore[attr-defined]
        return lambda: _put_back(had)

    def watch(self, *values: Any, **named: Any) -> None:
        """Shown by name: single numbers become curves, tensors with more of them pictures.

        The views of `engine.views` are shown as they are; of scalars, what is not seen anyway.
        """
        for i, value in enumerate(values, 1):
            if isinstance(value, Scalars):
                self.show(Scalars(value.step, **self._unseen(value.values)))
            elif isinstance(value, View):
                self.show(cast(AnyView, value))
            else:
                named[f"watched {i}"] = value
        for name, value in named.items():
            single = isinstance(value, int | float) or getattr(value, "numel", lambda: 0)() == 1
            if single:
                self.show(Scalars(self.at(), **{name: value}))
            else:
                self.show(Grid(value, name=name, plot=name))

    def _unseen(self, values: dict[str, Any]) -> dict[str, Any]:
        if not self.at():
            return values
        losses = {"loss", *self._meanings.names}
        own = {of_loss(name, what) for name in losses for what in ("loss", "lr", "grad_norm")}
        return {name: value for name, value in values.items() if name not in own}


def _put_back(had: Any) -> None:
    if had is not None:
        builtins.watch = had  # type: ignore[attr-defined]
    elif hasattr(builtins, "watch"):
        del builtins.watch
