"""What the probe sees inside a watched script, on its way to the keeper."""

from __future__ import annotations

import os
from time import perf_counter

import torch

from engine.process.feed import Feed
from engine.process.outbox import Outbox
from engine.process.protocol import Event, Noted
from engine.views import AnyView, Scalars, Text
from engine.watch.ring import Ring

FPS = 20.0

LONGEST_FRAME_SECONDS, FRAME_PART = 1.0, 600
"""After ten minutes a second is no time: frames get longer, which keeps the log of days small."""

LAST_WORDS_SECONDS = 5.0

PACE_SECONDS = 0.5
"""How often the speed is told."""

SPARING_SECONDS, SPARING_PART = 0.5, 200
"""A picture is sent at most this often, and ever less often: the log keeps them all."""

GPU_UUID = "gpu-uuid"
"""The name of the view that says which GPU is used."""


class Recorder:
    """Losses go into shared memory, everything else into a pipe, frame by frame."""

    def __init__(self, fd: int, ring_fd: int) -> None:
        self._outbox = Outbox(fd)
        self._ring = Ring(ring_fd)
        self._feed = Feed(0, self._outbox, FPS)
        self._began = perf_counter()
        self._due: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], AnyView] = {}
        self._step = self._steps = 0
        self._since = 0.0
        self._knows_gpu = False
        self._is_silent = False
        # A forked child that trains as well must not write into the middle of our lines.
        os.register_at_fork(after_in_child=self._go_silent)

    def record(self, step: int, name: str, loss: float) -> None:
        """Pass on a loss now: it is there even if the script is killed in this moment."""
        if not self._is_silent:
            self._step = step
            self._ring.write(step, name, loss)

    def show(self, view: AnyView | Scalars) -> float:
        """Pass on a number now, a picture when it is due."""
        if isinstance(view, Scalars):
            self._step = view.step
            return self._feed.take(view)
        now = perf_counter()
        if now < self._due.get(view.key, 0.0):
            self._held[view.key] = view
            return now
        self._held.pop(view.key, None)
        wait = max(SPARING_SECONDS, (now - self._began) / SPARING_PART)
        self._due[view.key] = now + wait
        return self._feed.take(view)

    def report(self, event: Event) -> None:
        """Pass on a finding at once: the script may not make another step for long."""
        self._feed.send(event)
        self._feed.flush()

    def note(self, about: str, text: str) -> None:
        """Pass on a sentence about a series, or about the watching itself."""
        self.report(Noted(about=about, text=text))

    def after_step(self, now: float) -> None:
        """Once in a while, say how fast it goes and what the GPU holds."""
        if not self._since:
            # The first step also pays for what is done once.
            self._since = now
            return
        self._steps += 1
        if now - self._since < PACE_SECONDS:
            return
        pace, self._steps, self._since = self._steps / (now - self._since), 0, now
        gone = (now - self._began) / FRAME_PART
        self._feed.interval = min(LONGEST_FRAME_SECONDS, max(1 / FPS, gone))
        self._feed.take(Scalars(self._step, **{"steps/s": pace}, **self._gpu()))

    def _gpu(self) -> dict[str, float]:
        if not torch.cuda.is_initialized():
            return {}
        if not self._knows_gpu:
            self._knows_gpu = True
            found = torch.cuda.get_device_properties(torch.cuda.current_device())
            uuid = f"GPU-{getattr(found, 'uuid', '')}"
            self._feed.take(Text(uuid, name=GPU_UUID, plot=GPU_UUID))
        return {"GPU memory of torch": float(torch.cuda.memory_reserved())}

    def finish(self) -> None:
        """Send the rest."""
        for view in self._held.values():
            self._feed.take(view)
        self._held.clear()
        self._feed.flush()
        self._outbox.drain(LAST_WORDS_SECONDS)

    def _go_silent(self) -> None:
        self._outbox.closed = self._is_silent = True
