"""``python -m tests.soak [--events N] [--seed S]``: a monkey at the app, in a real terminal.

Keys, runs, resizes, pastes, in an order that the seed decides. No exception may come, the app's
memory may not grow by more than 20 MB once it has seen everything, and descriptors and processes
are at the end what they were before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

from lessons.store import REPORTS
from tests.environment import clean, marked
from tests.terminal import KEYS, TOCHA, EndedError, Terminal, encoded

LETTERS = "abcdefghijklmnoprstuvwxyz0123456789[](){}=+-*/.,:;<>?'\"# "
CONTROLS = ["ctrl+r", "ctrl+n", "ctrl+o", "ctrl+t", "ctrl+l", "ctrl+g", "ctrl+y"]
SIZES = [(120, 40), (80, 24), (60, 18), (40, 12), (200, 50), (300, 100), (20, 5)]
PLACES = [
    (),
    ("scratch",),
    ("museum",),
    ("training",),
    ("exercise", "tensors/standardise", "--open"),
]

MOST_GROWTH = 20e6
"""Bytes by which the app may grow after its first thousands of events."""

WARM_EVENTS = 3000
"""By then it has loaded what it loads when it is needed: screens, pictures, caches of a bounded
size."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the app holds."""

    memory: int
    files: int
    processes: int


class Monkey:
    """Does whatever can be done to an app in a terminal, but leave it for good."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.home = Path(tempfile.mkdtemp(prefix="tocha-soak-"))
        self.events = 0
        self.starts = 0
        self.open()

    def open(self) -> None:
        """Open the app at one of its places."""
        self.starts += 1
        words = self.random.choice(PLACES)
        environment = clean(self.home) | {"EDITOR": "true", "VISUAL": "true"}
        self.terminal = Terminal([*TOCHA, *words], environment=environment, cwd=self.home)
        self.terminal.until(lambda t: len(t.raw) > 2000)

    def act(self) -> None:
        """One event."""
        self.events += 1
        acts: list[tuple[Callable[[], None], int]] = [
            (self.key, 40), (self.letter, 40), (self.control, 12), (self.resize, 3),
            (self.paste, 2), (self.burst, 2), (self.rest, 1),
        ]  # fmt: skip
        (act,) = self.random.choices([a for a, _ in acts], [weight for _, weight in acts])
        act()
        self.terminal.read(0.0)
        self.terminal.listen(self.random.choice([0.0, 0.0, 0.005, 0.02]))
        # Nobody looks at most frames; nor is all that was ever written kept.
        if len(self.terminal.raw) > 1 << 20:
            self.terminal.raw.clear()

    def press(self, key: str) -> None:
        """A key; an app that is busy, or gone, keeps nobody waiting."""
        self.terminal.pour(encoded(key))

    def key(self) -> None:
        """A key with a name."""
        self.press(self.random.choice([*KEYS]))

    def letter(self) -> None:
        """A letter; not the one that leaves."""
        self.press(self.random.choice(LETTERS))

    def control(self) -> None:
        """A key held with ctrl."""
        self.press(self.random.choice(CONTROLS))

    def resize(self) -> None:
        """Another size, or a few at once."""
        for _ in range(self.random.choice([1, 1, 1, 8])):
            self.terminal.resize(*self.random.choice(SIZES))

    def paste(self) -> None:
        """Text, an answer of a terminal, or bytes that mean nothing."""
        size = self.random.choice([1, 30, 3000, 100_000])
        text = "".join(self.random.choices("abc \n\t(=é漢😀\x07", k=size)).encode()
        if self.random.random() < 0.2:
            text = self.random.randbytes(min(size, 200)).replace(b"\x11", b"").replace(b"\x1a", b"")
            self.terminal.pour(text)
            return
        self.terminal.pour(b"\x1b[200~" + text + b"\x1b[201~")

    def burst(self) -> None:
        """Many keys at once."""
        for _ in range(30):
            self.key()

    def rest(self) -> None:
        """Look for a while."""
        self.terminal.listen(0.5)

    # What is held

    def settle(self) -> None:
        """Wait until the app has dealt with all that was typed: a monkey is faster than any app."""
        self.terminal.resize(120, 40)
        for _ in range(5):
            self.press("escape")
            self.terminal.until_quiet(0.3, seconds=2)
        # Keys are answered in their order: with this one all before it are.
        self.press("f2")
        self.terminal.until("Search for commands")
        self.press("escape")
        self.terminal.until(lambda t: "Search for commands" not in t.text)
        self.press("x")
        self.terminal.until_quiet(1.0, seconds=20)

    def held(self) -> Held:
        """What is held once everything has come to rest."""
        self.settle()
        app = psutil.Process(self.terminal.process.pid)
        processes = len([p for p in marked(self.terminal.mark) if not is_passing(p)])
        return Held(app.memory_info().rss, app.num_fds(), processes)

    def reports(self) -> list[str]:
        """Reports of exceptions that nobody handled."""
        return [path.read_text() for path in (self.home / REPORTS).glob("*.txt")]


def is_passing(process: psutil.Process) -> bool:
    """Whether it is a run's: these come and go."""
    try:
        return bool(process.nice() > 0)
    except psutil.Error:
        return True


def main() -> int:
    """Print what was done and what came of it; the exit status is 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    began = time.monotonic()
    monkey = Monkey(asked.seed)
    wrong: list[str] = []
    first: Held | None = None
    while monkey.events < asked.events and not wrong:
        try:
            monkey.act()
            if monkey.events % 1000 == 0:
                now = monkey.held()
                print(f"{monkey.events} events, {now.memory / 1e6:.1f} MB, {now.files} files, "
                      f"{now.processes} processes", flush=True)  # fmt: skip
                first = first or (now if monkey.events >= WARM_EVENTS else None)
                wrong += compared(first, now) if first else []
        except EndedError as ended:
            if reports := monkey.reports():
                wrong += reports
            elif monkey.terminal.process.wait() != 0:
                wrong.append(str(ended))
            else:
                # It has found the way out.
                monkey.open()
                first = None
    wrong += monkey.reports()
    monkey.terminal.__exit__()
    took = time.monotonic() - began
    print(f"{monkey.events} events, seed {asked.seed}, {monkey.starts} starts, {took:.0f} s")
    print(*(wrong or ["nothing went wrong"]), sep="\n")
    return int(bool(wrong))


def compared(before: Held, now: Held) -> list[str]:
    """What has grown, in words."""
    wrong = []
    if now.memory - before.memory > MOST_GROWTH:
        wrong.append(f"grew by {(now.memory - before.memory) / 1e6:.1f} MB")
    if now.files > before.files + 3:
        wrong.append(f"{now.files} files are open, not {before.files}")
    if now.processes > before.processes:
        wrong.append(f"{now.processes} processes, not {before.processes}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
