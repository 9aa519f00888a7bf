"""What a run sends is garbled, huge, or read by nobody for a while."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from random import Random

import psutil

from tests.faults.outcome import Outcome, Rounds
from tests.faults.page import Page, judged
from tests.faults.processes import again_and_again

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


def run_of(code: Callable[[Random], str]) -> Rounds:
    """A run does this, and the next one must work."""

    def once(page: Page) -> Outcome:
        page.fault.write_text(code(page.random))
        page.type(page.random.randint(0, 3))
        page.terminal.press("ctrl+r", "ctrl+r")
        page.wait_a_moment()
        page.fault.write_text("")
        return judged(page, time.monotonic())

    return again_and_again(once)


def flood(page: Page) -> Outcome:
    """A run floods while the app stands still: every pipe between them fills up."""
    page.fault.write_text(FLOOD)
    page.terminal.press("ctrl+r", "ctrl+r")
    page.wait_a_moment()
    app = psutil.Process(page.terminal.process.pid)
    app.suspend()
    page.wait_a_moment(1.5)
    page.type(2)
    app.send_signal(signal.SIGCONT)
    page.fault.write_text("")
    return judged(page, time.monotonic())


FAULTS = {
    "event garbled": run_of(garbled),
    "event huge": run_of(huge),
    "pipes full": again_and_again(flood),
}
