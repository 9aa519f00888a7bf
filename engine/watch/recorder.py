"""What the probe sees inside a watched script, on its way to the keeper."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from multiprocessing import util
from time import perf_counter

import torch

from engine.process.feed import Feed
from engine.process.outbox import Outbox
from engine.process.protocol import PROCESS, Event, Noted
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

LAST = -100
"""Among what a worker does at its end."""

GPU_UUID = "gpu-uuid"
"""The name of the view that says which GPU is used."""


class Recorder:
    """Losses go into shared memory, everything else into a pipe, frame by frame.

    That is so in the process of the script itself. Another one that it starts, and that trains,
    joins the keeper through its socket with its first step; what it sends bears its process id.
    """

    def __init__(self, place: str, fd: int = -1, ring: int = -1) -> None:
        """``place`` is the keeper's socket; without descriptors this is another process."""
        self._place = place
        self._ring = Ring(ring) if ring >= 0 else None
        self._outbox = Outbox(fd) if fd >= 0 else None
        self._run_id = 0
        self._feed = Feed(0, self._outbox, FPS) if self._outbox is not None else None
        self._has_tried = False
        self._began = perf_counter()
        self._due: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], AnyView] = {}
        self._step, self._since = 0, 0.0
        """Where the loop was, and when, at the last word of its speed."""
        self._knows_gpu = False
        # A forked child that trains as well must not write into the middle of our lines.
        os.register_at_fork(after_in_child=self._begin_anew)

    def record(self, step: int, name: str, loss: float) -> None:
        """Pass on a loss now: it is there even if the script is killed in this moment."""
        if self._ring is not None:
            self._ring.write(step, name, loss)
        elif (feed := self._joined()) is not None:
            feed.take(Scalars(step, **{name: loss}))

    def show(self, view: AnyView | Scalars) -> float:
        """Pass on a number now, a picture when it is due."""
        feed, now = self._joined(), perf_counter()
        if feed is None:
            return now
        if isinstance(view, Scalars):
            return feed.take(view)
        if self._run_id:
            # Of many processes that train the same, one picture is enough.
            return now
        if now < self._due.get(view.key, 0.0):
            self._held[view.key] = view
            return now
        self._held.pop(view.key, None)
        wait = max(SPARING_SECONDS, (now - self._began) / SPARING_PART)
        self._due[view.key] = now + wait
        return feed.take(view)

    def report(self, event: Event) -> None:
        """Pass on a finding at once: the script may not make another step for long."""
        if (feed := self._joined()) is not None:
            event.run_id = self._run_id
            feed.send(event)
            feed.flush()

    def note(self, about: str, text: str) -> None:
        """Pass on a sentence about a series, or about the watching itself."""
        self.report(Noted(about=about, text=text))

    def tick(self, step: int, now: float, samples: float | None) -> None:
        """Once in a while, say how fast it goes and what the GPU holds.

        ``samples`` of a step; None where those are not known.
        """
        if not self._since:
            # The first step also pays for what is done once.
            self._since, self._step = now, step
            return
        feed = self._joined()
        if feed is None or now - self._since < PACE_SECONDS:
            return
        pace, self._step, self._since = (step - self._step) / (now - self._since), step, now
        gone = (now - self._began) / FRAME_PART
        feed.interval = min(LONGEST_FRAME_SECONDS, max(1 / FPS, gone))
        speeds = {"steps/s": pace}
        if samples is not None:
            speeds["samples/s"] = pace * samples
        feed.take(Scalars(step, **speeds, **self._gpu(feed)))

    def _gpu(self, feed: Feed) -> dict[str, float]:
        if not torch.cuda.is_initialized():
            return {}
        if not self._knows_gpu:
            self._knows_gpu = True
            found = torch.cuda.get_device_properties(torch.cuda.current_device())
            uuid = f"GPU-{getattr(found, 'uuid', '')}"
            feed.take(Text(uuid, name=GPU_UUID, plot=GPU_UUID))
        return {"GPU memory of torch": float(torch.cuda.memory_reserved())}

    def finish(self) -> None:
        """Send the rest."""
        if self._feed is None or self._outbox is None:
            return
        for view in self._held.values():
            self._feed.take(view)
        self._held.clear()
        self._feed.flush()
        self._outbox.drain(LAST_WORDS_SECONDS)

    # Other processes

    def _begin_anew(self) -> None:
        """This is a forked child: nothing of its parent's is its own."""
        self._ring = self._outbox = self._feed = None
        self._has_tried = False
        self._held.clear()
        self._since = 0.0

    def _joined(self) -> Feed | None:
        """Where to send to; None when nobody listens."""
        if self._feed is None and not self._has_tried:
            self._has_tried = True
            with suppress(OSError):
                self._join()
        return self._feed

    def _join(self) -> None:
        """Ask the keeper to listen to this process too."""
        self._run_id = os.getpid()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._place)
            connection.sendall(b'{"joins":true}\n')
            fd = os.dup(connection.fileno())
        self._outbox = Outbox(fd)
        self._feed = Feed(self._run_id, self._outbox, FPS)
        self._feed.send(Noted(self._run_id, about=PROCESS, text=_who_am_i()))
        self._feed.flush()
        # A worker of `multiprocessing` leaves without what `atexit` would call.
        util.Finalize(None, self.finish, exitpriority=LAST)


def _who_am_i() -> str:
    """What to call this process among those of one script."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return f"rank {torch.distributed.get_rank()}"
    if "RANK" in os.environ:
        return f"rank {os.environ['RANK']}"
    return f"process {os.getpid()}"
