"""Writing never waits unless asked to, and nothing is lost, doubled or cut by a slow reader."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from engine.process.outbox import Outbox

Pipe = tuple[int, int]

MUCH = bytes(range(256)) * (1 << 12)
"""More than a pipe holds."""


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        try:
            os.close(fd)
        except OSError:
            continue


def test_small_things_are_written_at_once(pipe: Pipe) -> None:
    outbox = Outbox(pipe[1])
    outbox.add(b"one\n")
    outbox.add(b"two\n")
    assert outbox.pump()
    assert len(outbox) == 0
    assert os.read(pipe[0], 99) == b"one\ntwo\n"


def test_a_full_pipe_makes_nobody_wait_and_loses_nothing(pipe: Pipe) -> None:
    outbox = Outbox(pipe[1])
    outbox.add(MUCH)
    assert not outbox.pump()
    assert 0 < len(outbox) < len(MUCH)
    received = bytearray()
    while len(outbox):
        received += os.read(pipe[0], 1 << 16)
        outbox.pump()
    os.set_blocking(pipe[0], False)
    while len(received) < len(MUCH):
        received += os.read(pipe[0], 1 << 16)
    assert received == MUCH


def test_drain_waits_for_a_reader(pipe: Pipe) -> None:
    outbox = Outbox(pipe[1])
    outbox.add(MUCH)
    received = bytearray()

    def read() -> None:
        while len(received) < len(MUCH):
            received.extend(os.read(pipe[0], 1 << 16))

    reader = threading.Thread(target=read)
    reader.start()
    assert outbox.drain(60)
    reader.join()
    assert received == MUCH


def test_drain_gives_up_on_a_reader_that_does_not_read(pipe: Pipe) -> None:
    outbox = Outbox(pipe[1])
    outbox.add(MUCH)
    assert not outbox.drain(0.01)


def test_without_a_reader_it_closes_and_keeps_nothing(pipe: Pipe) -> None:
    outbox = Outbox(pipe[1])
    os.close(pipe[0])
    outbox.add(MUCH)
    assert outbox.pump()
    assert outbox.closed
    outbox.add(MUCH)
    assert len(outbox) == 0
