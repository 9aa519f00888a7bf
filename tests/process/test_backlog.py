"""A screen that does not read neither slows a run nor loses a number."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.process.client import server_environment
from engine.process.framing import Lines
from engine.process.protocol import (
    AnyEvent,
    Experiment,
    Ready,
    RunEnded,
    RunFinished,
    Samples,
    Shown,
    Start,
    Stop,
    decode_event,
    encode,
)
from tests.environment import seconds
from tests.runs import FAULTS, PATIENCE_SECONDS


class Screen:
    """A client that reads only when told to."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(seconds(PATIENCE_SECONDS))
        words = [str(theirs.fileno()), str(os.getpid()), "fork"]
        self.server = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.process.server", *words],
            pass_fds=[theirs.fileno()],
            env=server_environment(),
        )
        theirs.close()
        self._lines = Lines()
        self.read_until(lambda event: isinstance(event, Ready))

    def start(self, run_id: int, function: str, fps: float, **knobs: object) -> None:
        """Ask for a run."""
        job = Experiment(FAULTS, function, knobs)
        self.channel.sendall(encode(Start(run_id, job=job, fps=fps)))

    def read_until(self, wanted: Callable[[AnyEvent], bool]) -> list[AnyEvent]:
        """Read events up to the first one wanted."""
        events: list[AnyEvent] = []
        while not (events and wanted(events[-1])):
            data = self.channel.recv(1 << 18)
            assert data, "the server is gone"
            for line in self._lines.feed(data):
                event = decode_event(line)
                assert event is not None
                events.append(event)
        return events

    def close(self) -> None:
        """Hang up; the server ends with that."""
        self.channel.close()
        assert self.server.wait(seconds(PATIENCE_SECONDS)) == 0


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture
def done(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A named pipe, and how to wait until a run has written to it."""
    path = tmp_path / "done"
    os.mkfifo(path)
    # Open for writing too: then reading never meets an end of file.
    fd = os.open(path, os.O_RDWR)

    def wait() -> None:
        ready, _, _ = select.select([fd], [], [], seconds(PATIENCE_SECONDS))
        assert ready, "the run did not come to its end while nobody read"

    yield str(path), wait
    os.close(fd)


Done = tuple[str, Callable[[], None]]


def is_end(event: AnyEvent) -> bool:
    """Whether a run has finished."""
    return isinstance(event, RunFinished)


def test_a_run_comes_to_its_end_unread_and_every_scalar_is_there(
    screen: Screen, done: Done
) -> None:
    path, wait = done
    screen.start(1, "pictures", fps=0, steps=3000, done=path)
    wait()
    events = screen.read_until(is_end)
    steps = [event.steps for event in events if isinstance(event, Samples)]
    assert np.concatenate(steps).tolist() == list(range(1, 3001))
    pictures = [event for event in events if isinstance(event, Shown)]
    assert 1 < len(pictures) < 100, "of the views only those that could be sent, and the newest"
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.final == {"loss": 3000.0}


def test_a_long_run_unread_keeps_its_extremes_and_its_end(screen: Screen, done: Done) -> None:
    path, wait = done
    steps = 100_000
    screen.start(2, "pictures", fps=1000, steps=steps, points=5000, done=path)
    wait()
    events = screen.read_until(is_end)
    samples = [event for event in events if isinstance(event, Samples)]
    lows = [e.values.min() if e.low is None else e.low.min() for e in samples]
    highs = [e.values.max() if e.high is None else e.high.max() for e in samples]
    assert (min(lows), max(highs)) == (1.0, float(steps))
    order = np.concatenate([event.steps for event in samples])
    assert np.all(np.diff(order) > 0)
    assert order[-1] == steps
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.steps == steps


def test_a_run_nobody_reads_can_be_stopped(screen: Screen, done: Done) -> None:
    path, wait = done
    screen.start(3, "pictures", fps=0, steps=10**9)
    screen.start(4, "pictures", fps=0, steps=10, done=path)
    wait()
    screen.channel.sendall(encode(Stop(3)))
    ended: set[int] = set()

    def both(event: AnyEvent) -> bool:
        if isinstance(event, RunEnded):
            ended.add(event.run_id)
        return ended == {3, 4}

    screen.read_until(both)
