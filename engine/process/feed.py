"""Batch a run's views into frames: every scalar, and of other views only the newest."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.process.outbox import Outbox
from engine.process.protocol import (
    Event,
    Printed,
    Samples,
    Shown,
    encode,
    finite_or_none,
)
from engine.views import AnyView, Scalars

MOST_VALUES = 4096
"""Values of one name kept as they are between two frames; more are folded into buckets."""

BUCKETS = 1024


class Batch:
    """The values of one scalar since the last frame, in bounded memory.

    Values of an accelerator stay there until the frame is due, so a step never waits for one.
    """

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: list[Any] = []
        self.last = float("nan")
        """The newest value that is on the host: up to date after `samples`."""
        self._folded: NDArray[np.float64] | None = None
        """Rows of (step, count, mean, low, high)."""
        self._in_folds = 0

    @property
    def count(self) -> int:
        """How many values have been taken."""
        return self._in_folds + len(self.steps)

    def take(self, step: int, value: Any) -> None:
        """Keep one number: a float, or a tensor with a single element."""
        if getattr(value, "is_cpu", False):
            value = value.item()
        elif hasattr(value, "detach"):
            # The experiment may change it in place before the frame is due.
            value = value.detach().clone()
        self.steps.append(step)
        self.values.append(value)
        if len(self.steps) >= MOST_VALUES:
            self._fold()

    def _floats(self) -> NDArray[np.float64]:
        on_device = [i for i, value in enumerate(self.values) if hasattr(value, "detach")]
        if on_device:
            import torch

            together = torch.stack([self.values[i].reshape(()) for i in on_device]).tolist()
            for i, value in zip(on_device, together, strict=True):
                self.values[i] = value
        floats = np.asarray(self.values, dtype=np.float64)
        self.last = float(floats[-1])
        return floats

    def _fold(self) -> None:
        values = self._floats()
        self._in_folds += len(values)
        steps = np.asarray(self.steps, dtype=np.float64)
        rows = np.stack([steps, np.ones_like(steps), values, values, values], axis=1)
        if self._folded is not None:
            rows = np.concatenate([self._folded, rows])
        starts = np.linspace(0, len(rows), BUCKETS, endpoint=False).astype(np.intp)
        count = np.add.reduceat(rows[:, 1], starts)
        mean = np.add.reduceat(rows[:, 1] * rows[:, 2], starts) / count
        low, high = (f.reduceat(rows[:, i], starts) for f, i in ((np.fmin, 3), (np.fmax, 4)))
        last = np.append(starts[1:], len(rows)) - 1
        self._folded = np.stack([rows[last, 0], count, mean, low, high], axis=1)
        self.steps.clear()
        self.values.clear()

    def samples(self, run_id: int, name: str) -> Samples:
        """Everything kept, as one event."""
        if self._folded is None:
            return Samples(run_id, name=name, steps=np.asarray(self.steps), values=self._floats())
        if self.steps:
            self._fold()
        step, _, mean, low, high = self._folded.T
        return Samples(run_id, name=name, steps=step, values=mean, low=low, high=high)


class Feed:
    """Collects what an experiment yields and writes it when a frame is due.

    A reader that falls behind gets fewer frames, never old ones, and costs the run no time.
    """

    def __init__(self, run_id: int, outbox: Outbox, fps: float) -> None:
        self.final: dict[str, float] = {}
        self._sent: dict[str, int] = {}
        """How many values of each name are in frames that have been sent."""
        self._run_id = run_id
        self._outbox = outbox
        self.interval = 1 / fps if fps else 0.0
        """Seconds between two frames; may change under way."""
        self._next_frame = 0.0
        self._batches: dict[str, Batch] = {}
        self._views: dict[tuple[str, str], AnyView] = {}

    @property
    def steps(self) -> int:
        """How many values the scalar seen most often has had."""
        kept = {name: batch.count for name, batch in self._batches.items()}
        names = self._sent.keys() | kept.keys()
        return max((self._sent.get(n, 0) + kept.get(n, 0) for n in names), default=0)

    def take(self, view: AnyView | Scalars) -> float:
        """Keep a view until the next frame; sends the frame when it is due. The time it is now.

        This is called between any two steps of a training loop: every microsecond counts.
        """
        if isinstance(view, Scalars):
            for name, value in view.values.items():
                batch = self._batches.get(name)
                if batch is None:
                    batch = self._batches[name] = Batch()
                batch.take(view.step, value)
        else:
            self._views[view.key] = view
        now = perf_counter()
        if now >= self._next_frame:
            self._next_frame = now + self.interval
            if self._outbox.pump():
                self.flush()
        return now

    def flush_before(self, rest: float) -> None:
        """Send everything kept if nothing else will before a rest that ends at ``rest``."""
        if rest > self._next_frame and self._outbox.pump():
            self._next_frame = rest
            self.flush()

    def flush(self) -> None:
        """Send everything kept."""
        batches, self._batches = self._batches, {}
        views, self._views = self._views, {}
        for name, batch in batches.items():
            self._sent[name] = self._sent.get(name, 0) + batch.count
            samples = batch.samples(self._run_id, name)
            self.final[name] = batch.last
            self.send(samples)
        for view in views.values():
            self.send(Shown(self._run_id, view=view))
        self._outbox.pump()

    def send(self, event: Event) -> None:
        """Queue one event; a view that cannot be sent becomes a printed notice."""
        try:
            self._outbox.add(encode(event))
        except (ValueError, TypeError) as error:
            self._outbox.add(encode(Printed(self._run_id, text=f"not shown: {error}\n")))

    def has_room(self) -> bool:
        """Whether the reader has taken all there was."""
        return self._outbox.pump()

    def settle(self, seconds: float) -> bool:
        """Send everything kept; whether the reader has taken it within so much time."""
        self.flush()
        return self._outbox.drain(seconds)

    def finish(self, event: Event, seconds: float) -> None:
        """Send the rest and a last event, waiting for the reader up to ``seconds``."""
        self.flush()
        self.send(event)
        self._outbox.drain(seconds)

    @property
    def is_deaf(self) -> bool:
        """Whether nothing that is sent can arrive any more."""
        return self._outbox.closed

    def closing(self) -> dict[str, float | None]:
        """The last value of every scalar, as JSON can say it."""
        self.flush()
        return {name: finite_or_none(value) for name, value in self.final.items()}
