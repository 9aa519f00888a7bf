"""What a run sends is garbled, huge, or read by nobody for a while."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from random import Random

import psutil

from tests.faults.outcome import Outcome
from tests.faults.page import Page, judged, opened
from tests.faults.processes import at_the_end

INTO_PIPES = """
import os
def into_pipes(data):
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            if fd > 2 and "pipe" in os.readlink(f"/proc/self/fd/{{fd}}"):
                os.set_blocking(fd, True)
                os.write(fd, data)
        except OSError:
            pass
into_pipes({data!r})
"""

FLOOD = """
import os, time
end = time.monotonic() + 1.0
while time.monotonic() < end:
    print("x" * 10_000)
    watch(loss=time.monotonic())
"""


def garbled(random: Random) -> str:
    """Bytes that are no line of the protocol, among lines that nearly are."""
    pieces = [
        bytes(random.randrange(256) for _ in range(random.randrange(1, 2000))),
        b'{"type":"samples","run_id":1,"name":',
        b'\n{"type":"no such kind","run_id":1}\n',
        b'{"type":"run_finished","run_id":"x"}\n',
        b"[" * 5000 + b"\n",
        b"\n\n\n",
    ]
    random.shuffle(pieces)
    return INTO_PIPES.format(data=b"".join(pieces))


def huge(random: Random) -> str:
    """A line longer than either end accepts."""
    return INTO_PIPES.format(data=b"").replace(
        "into_pipes(b'')", f"into_pipes(b'x' * {random.randint(4, 12)}_000_000 + b'\\n')"
    )


def run_of(code: Callable[[Random], str]) -> Callable[[Random, int], Iterator[Outcome]]:
    """A run does this, and the next one must work."""

    def rounds(random: Random, times: int) -> Iterator[Outcome]:
        left = times
        while left:
            with opened(random) as page:
                page.start()
                for _ in range(min(left, 10)):
                    left -= 1
                    page.fault.write_text(code(random))
                    page.type(random.randint(0, 3))
                    page.terminal.press("ctrl+r", "ctrl+r")
                    page.wait_a_moment()
                    page.fault.write_text("")
                    yield judged(page, time.monotonic())
                yield from at_the_end(page)

    return rounds


def pipes_full(random: Random, times: int) -> Iterator[Outcome]:
    """A run floods while the app stands still: every pipe between them fills up."""
    left = times
    while left:
        with opened(random) as page:
            page.start()
            for _ in range(min(left, 10)):
                left -= 1
                flood(page)
                yield judged(page, time.monotonic())
            yield from at_the_end(page)


def flood(page: Page) -> None:
    """Let it flood; the app hears nothing for a while."""
    page.fault.write_text(FLOOD)
    page.terminal.press("ctrl+r", "ctrl+r")
    page.wait_a_moment()
    app = psutil.Process(page.terminal.process.pid)
    app.suspend()
    page.wait_a_moment(1.5)
    page.type(2)
    app.send_signal(signal.SIGCONT)
    page.fault.write_text("")


FAULTS = {
    "event garbled": run_of(garbled),
    "event huge": run_of(huge),
    "pipes full": pipes_full,
}
