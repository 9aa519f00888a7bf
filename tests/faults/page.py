"""A scratch page in a real terminal, whose run says when it began."""

from __future__ import annotations

import re
import shutil
import string
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import psutil

from lessons.store import open_store
from tests.environment import clean, marked, seconds
from tests.faults.outcome import Outcome
from tests.terminal import TOCHA, EndedError, Terminal

CODE = """\
#
import time, torch
exec(open({fault!r}).read())
print("ran", time.time_ns() // 1_000_000, flush=True)
while True:
    time.sleep(0.005)
"""

PATIENCE_SECONDS = 20.0
NOTICE_SECONDS, AGAIN_SECONDS = 0.1, 0.6
"""How long to look whether the run has ended, and how long until the key is pressed once more."""


class Page:
    """The page, what was typed on it, and the processes behind it."""

    def __init__(self, random: Random, command: Sequence[str] = TOCHA) -> None:
        self.random = random
        self.folder = Path(tempfile.mkdtemp(prefix="tocha-faults-"))
        self.home = self.folder / "home"
        self.fault = self.folder / "fault.py"
        self.fault.write_text("")
        self.command = command
        (self.folder / "mine.py").write_text(CODE.format(fault=str(self.fault)))
        self.typed = "#"
        self.open()

    def open(self) -> None:
        """Open the app, as often as one likes."""
        command = [*self.command, "scratch", "mine.py"]
        self.terminal = Terminal(command, environment=clean(self.home), cwd=self.folder)
        self.terminal.until("import time, torch")
        self.terminal.press("\x1b[F")

    def type(self, letters: int = 3) -> None:
        """Type a few letters that nobody has typed before."""
        new = "".join(self.random.choices(string.ascii_lowercase, k=letters))
        self.typed += new
        self.terminal.press(*new)

    def wait_a_moment(self, most: float = 0.6) -> None:
        """Nobody knows how long."""
        self.terminal.listen(self.random.uniform(0.0, most))

    def shows_all(self) -> bool:
        """Whether everything typed stands on the screen."""
        return bool(self.terminal.wait_for(self.typed, seconds=10))

    def run_again(self, since: float) -> float | None:
        """Run, and again while nothing comes; seconds from ``since`` until a later run began."""
        end = time.monotonic() + seconds(PATIENCE_SECONDS)
        moment = time.time() - (time.monotonic() - since)
        self.terminal.wait_for(lambda t: "● running" not in t.text, seconds=NOTICE_SECONDS)
        while time.monotonic() < end:
            self.terminal.press("ctrl+r")
            pressed = time.monotonic()
            while (left := pressed + AGAIN_SECONDS - time.monotonic()) > 0:
                if (began := self.began()) > moment:
                    return began - moment
                self.terminal.read(left)
        return None

    def began(self) -> float:
        """When the run on the screen began, by the clock; 0 for none."""
        found = re.findall(r"ran (\d{13})", self.terminal.text)
        return int(found[-1]) / 1000 if found else 0.0

    def start(self) -> None:
        """Start a run and wait for it."""
        if self.run_again(time.monotonic()) is None:
            raise EndedError(f"no run began\n{self.terminal.text}")

    # Processes

    def servers(self) -> list[psutil.Process]:
        """Who stands by, and the server it has forked."""
        ours = [p for p in marked(self.terminal.mark) if "engine.process.server" in p.cmdline()]
        numbers = {each.pid for each in ours}
        inner = [each for each in ours if each.ppid() in numbers and each.ppid() != each.pid]
        guardian = [each for each in ours if each.ppid() not in numbers]
        servers = [each for each in inner if each.ppid() in {g.pid for g in guardian}]
        return [*guardian, *servers]

    def runs(self) -> list[psutil.Process]:
        """The processes of runs."""
        *_, server = self.servers()
        return list(server.children())

    # The end

    def leave(self) -> int:
        """Leave; how many of the letters typed are not in the store."""
        self.terminal.press("ctrl+q")
        self.terminal.exit_status()
        return self.missing()

    def missing(self) -> int:
        """How many of the letters typed no draft has."""
        with closing(open_store(self.home)) as store:
            texts = [draft.text.partition("\n")[0] for draft in store.drafts.all()]
        if self.typed == "#":
            return 0
        return min((len(self.typed) - common(self.typed, text) for text in texts), default=999)

    def close(self) -> None:
        """Whatever is left, ends."""
        self.terminal.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)


def common(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


@contextmanager
def opened(random: Random, command: Sequence[str] = TOCHA) -> Iterator[Page]:
    """A page for a while."""
    page = Page(random, command)
    try:
        yield page
    finally:
        page.close()


def judged(page: Page, since: float) -> Outcome:
    """Whether a run works again, and all that was typed is there."""
    try:
        took = page.run_again(since)
        good = page.shows_all() and took is not None
    except EndedError as error:
        return Outcome(False, told=str(error))
    told = "" if good else f"{page.typed} and a run were to come\n{page.terminal.text}"
    return Outcome(good, seconds=took, told=told)
