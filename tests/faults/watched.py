"""A watched script whose keeper or watcher is killed: it runs on, and nothing it said is lost."""

from __future__ import annotations

import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from engine.watch import record as records
from tests.environment import clean, marked, seconds
from tests.faults.outcome import Outcome
from tests.terminal import TOCHA, Terminal

SCRIPT = """\
import sys, time
for line in range(300):
    print("line", line, flush=True)
    time.sleep(0.01)
open("through", "w").write("yes")
"""

LINES = 300


class Watched:
    """The script under ``tocha watch`` in a terminal."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.folder = Path(tempfile.mkdtemp(prefix="tocha-watched-"))
        self.environment = clean(self.folder / "home")
        (self.folder / "script.py").write_text(SCRIPT)
        self.terminal = self.open("watch", "script.py")
        self.terminal.until(lambda t: re.search(r"line \d+", t.text))

    def open(self, *words: str) -> Terminal:
        """A command of Tocha in a terminal of its own."""
        return Terminal([*TOCHA, *words], environment=self.environment, cwd=self.folder)

    @property
    def place(self) -> Path:
        """Where it is recorded."""
        return self.folder / "home" / "watched" / "1"

    def through(self) -> bool:
        """Whether the script has come to its end."""
        return (self.folder / "through").exists()

    def wait(self) -> bool:
        """Wait for that."""
        end = time.monotonic() + seconds(60)
        while not self.through() and time.monotonic() < end:
            time.sleep(0.02)
        return self.through()

    def lost(self) -> int:
        """Lines that the script has printed and the log does not hold."""
        text = (self.place / records.LOG).read_text(errors="replace")
        # Texts stand in it as JSON.
        found = {int(n) for n in re.findall(r"line (\d+)(?=\\n)", text)}
        return LINES - len(found)

    def close(self) -> None:
        """Whatever is left, ends."""
        self.terminal.__exit__()
        for process in marked(self.terminal.mark):
            process.kill()


def keeper_killed(random: Random, times: int) -> Iterator[Outcome]:
    """The script must not notice; what it prints goes on being logged."""
    for _ in range(times):
        one = Watched(random)
        try:
            one.terminal.listen(random.uniform(0.0, 1.5))
            os.kill(records.read(one.place).keeper, signal.SIGKILL)
            good = one.wait()
            # Who reads on has until the script's last byte, and one more look.
            time.sleep(0.2)
            yield Outcome(good, lost=one.lost(), told="" if good else one.terminal.text)
        finally:
            one.close()


def watcher_killed(random: Random, times: int) -> Iterator[Outcome]:
    """Another one comes: seconds until it shows what is new."""
    for _ in range(times):
        one = Watched(random)
        try:
            one.terminal.listen(random.uniform(0.0, 1.0))
            one.terminal.process.kill()
            since = time.monotonic()
            with one.open("attach") as again:
                shown = again.wait_for(lambda t: re.search(r"line \d+", t.text))
                took = time.monotonic() - since
                good = bool(shown) and one.wait()
                again.until(lambda t: f"line {LINES - 1}" in t.text, seconds=20)
                yield Outcome(good, lost=one.lost(), seconds=took)
        finally:
            one.close()


FAULTS = {"keeper killed": keeper_killed, "watcher killed": watcher_killed}
