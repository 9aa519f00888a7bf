"""A line that stalls and dies at a random moment: how long until nothing of the app is left."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from lessons.store import open_store
from tests.bench.row import Row
from tests.environment import clean, marked
from tests.slow_terminal import SlowTerminal
from tests.terminal import TOCHA, Terminal

PLACES = [("training",), ("scratch",), ("museum",), ("autograd",), ()]

ENDINGS: list[Callable[[Terminal], None]] = [
    Terminal.hang_up,
    lambda terminal: terminal.send(signal.SIGHUP),
    lambda terminal: terminal.send(signal.SIGTERM),
]

WORD = "kept"


def rows(*, short: bool) -> Iterator[Row]:
    """The slowest of many ends, what was left, and what was lost."""
    random, times = Random(0), 3 if short else 100
    ends = [one_end(random, short=short) for _ in range(times)]
    yield Row(f"{times} lines stalled and closed: the slowest end", max(e[0] for e in ends), "s", 3)
    yield Row(f"{times} lines stalled and closed: processes left", sum(e[1] for e in ends), "", 0)
    yield Row(f"{times} lines stalled and closed: drafts lost", sum(e[2] for e in ends), "", 0)


def one_end(random: Random, *, short: bool) -> tuple[float, int, int]:
    """Seconds until nothing was left, processes that were left after all, drafts lost."""
    place = random.choice(PLACES)
    home = Path(tempfile.mkdtemp(prefix="tocha-dead-"))
    ignores = random.random() < 0.3
    terminal = SlowTerminal(
        [*TOCHA, *place],
        environment=clean(home),
        before=lambda: hear_hang_ups(not ignores),
        rate=10e6,
        delay=0.0,
        buffer=random.choice([0, 4096, 65536]) + 1,
    )
    with terminal:
        terminal.until(lambda t: t.text.strip())
        terminal.listen(random.uniform(0.0, 3.0))
        writes = place == ("scratch",) and "ctrl+r runs" in terminal.text
        terminal.press(*(WORD if writes else "r"))
        terminal.listen(0.3)
        terminal.is_stalled = True
        stalled_until = time.monotonic() + random.uniform(0.0, 1.0 if short else 20.0)
        while time.monotonic() < stalled_until:
            terminal.press("ctrl+l")
            terminal.listen(0.1)
        ending = ENDINGS[0] if ignores else random.choice(ENDINGS)
        ending(terminal)
        began = time.monotonic()
        while (left := marked(terminal.mark)) and time.monotonic() - began < 15:
            time.sleep(0.02)
        took = time.monotonic() - began
        return took, len(left), int(writes and not is_kept(home))


def hear_hang_ups(hears: bool) -> None:
    """What nohup does before it starts a program, or the opposite."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL if hears else signal.SIG_IGN)


def is_kept(home: Path) -> bool:
    """Whether the draft begins with what was typed."""
    with closing(open_store(home)) as store:
        return any(draft.text.startswith(WORD) for draft in store.drafts.all())
