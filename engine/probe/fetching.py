"""Hear of each batch that a loader fetches, as backward passes are heard of.

A descriptor stands where a loader's iterator looks up its own function. It hands out the function
itself; while a step is timed one that tells when it is over, and how large the batch is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import starmap
from time import perf_counter
from typing import Any

from torch._C._dynamo.eval_frame import set_eval_frame
from torch.utils.data import dataloader

from engine.probe.backward_tap import afterwards, left_alone
from engine.probe.batch_size import batch_size
from engine.probe.epochs import Epochs
from engine.probe.faults import Faults
from engine.probe.phases import Phases
from engine.probe.steps import Steps

PLACES = ("_SingleProcessDataLoaderIter", "_MultiProcessingDataLoaderIter")
FETCHES = "_next_data"


class Fetching:
    """Stands where an iterator of a loader looks up how it fetches."""

    def __init__(
        self,
        original: Callable[..., Any],
        phases: Phases,
        steps: Steps,
        epochs: Epochs,
        faults: Faults,
    ) -> None:
        self.original = original
        self._phases = phases
        self._steps = steps
        self._epochs = epochs
        self._faults = faults

    @left_alone
    def __get__(self, instance: object, owner: type) -> Any:
        """The function itself, or the same with an ear."""
        found = self.original.__get__(instance, owner)
        if instance is None or self._faults.is_blind:
            return found
        compiler = set_eval_frame(None)
        try:
            self._epochs.fetches(instance, self._steps.step)
            return self._timed(found, instance) if self._phases.is_on else found
        except Exception as error:
            self._faults.blind(error)
            return found
        finally:
            set_eval_frame(compiler)

    def _timed(self, found: Callable[..., Any], instance: object) -> Callable[..., Any]:
        """The same call, timed; nothing of it is in a traceback."""
        began, phases = perf_counter(), self._phases
        sees = partial(_sees, phases, instance)
        # What it raises passes through as it is: only a batch is seen.
        seen = partial(next, map(sees, starmap(found, ((),))))
        return afterwards(seen, lambda: phases.fetched(perf_counter() - began))


@left_alone
def _sees(phases: Phases, iterator: Any, batch: Any) -> Any:
    compiler = set_eval_frame(None)
    try:
        phases.batches.add(id(iterator), batch_size(iterator, batch))
    except Exception:
        phases.batches.add(0, None)
    finally:
        set_eval_frame(compiler)
    return batch


def hear_fetching(
    phases: Phases, steps: Steps, epochs: Epochs, faults: Faults
) -> Callable[[], None]:
    """Begin to hear of it; the answer takes it off again."""
    undo: list[Callable[[], None]] = []
    for name in PLACES:
        place = getattr(dataloader, name)
        original = vars(place)[FETCHES]
        setattr(place, FETCHES, Fetching(original, phases, steps, epochs, faults))
        undo.append(lambda place=place, original=original: setattr(place, FETCHES, original))  # type: ignore[misc]

    def take_off() -> None:
        for each in undo:
            each()

    return take_off
