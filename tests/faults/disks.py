"""A disk that fills up, a locked database, a clock that goes back, two apps on one folder."""

from __future__ import annotations

import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from random import Random

import psutil

from lessons.store.store import FILE_NAME
from tests.faults.outcome import Outcome
from tests.faults.page import Page, judged, opened
from tests.faults.processes import at_any_moment, at_the_end

CLOCK = (sys.executable, "-P", "-m", "tests.faults.clock")


def disk_full(page: Page) -> None:
    """No file of the app may grow for a while: to it, the disk is full (a stand-in)."""
    number = page.terminal.process.pid
    app = psutil.Process(number)
    nothing = (0, resource.RLIM_INFINITY)
    app.rlimit(psutil.RLIMIT_FSIZE, nothing)
    page.type(2)
    page.wait_a_moment(2.0)
    page.type(1)
    page.wait_a_moment(2.0)
    app.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def locked(page: Page) -> None:
    """Another program holds the database for a while."""
    with closing(sqlite3.connect(page.home / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        page.type(2)
        page.wait_a_moment(3.0)
        page.type(1)
        other.execute("ROLLBACK")


def clock_goes_back(random: Random, times: int) -> Iterator[Outcome]:
    """Each time the page is opened it is hours earlier; the newest text has to be there."""
    for _ in range(times):
        with opened(random, [*CLOCK, "0"]) as page:
            page.type(3)
            lost = page.leave()
            page.terminal.__exit__()
            page.command = [*CLOCK, str(random.uniform(1, 100_000))]
            page.open()
            shown = page.shows_all()
            page.type(3)
            lost += page.leave()
            page.terminal.__exit__()
            page.open()
            good = shown and page.shows_all()
            told = "" if good else f"{page.typed}\n{page.terminal.text}"
            yield Outcome(good, lost=lost, told=told)


def two_apps(random: Random, times: int) -> Iterator[Outcome]:
    """Two apps write in one folder; one of them is killed, the other goes on."""
    for _ in range(times):
        with opened(random) as page:
            other = Page(random)
            try:
                other.terminal.__exit__()
                other.home = page.home
                other.open()
                for each in (page, other, page, other):
                    each.type(2)
                    each.terminal.press("ctrl+r")
                    each.wait_a_moment()
                # What is a second old is kept whatever happens.
                kept = other.typed if other.shows_all() else ""
                other.terminal.listen(1.5)
                other.terminal.process.kill()
                outcome = judged(page, time.monotonic())
                yield outcome
                yield from at_the_end(page)
                other.typed = kept
                if lost := other.missing():
                    yield Outcome(True, lost=lost, told=f"{kept} of the app that was killed")
            finally:
                other.close()


FAULTS = {
    "disk full": at_any_moment(disk_full),
    "database locked": at_any_moment(locked),
    "clock goes back": clock_goes_back,
    "two apps, one killed": two_apps,
}
