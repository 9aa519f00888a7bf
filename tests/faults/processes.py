"""Processes of the app that are killed or suspended while one types and runs."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random

import psutil

from tests.environment import left_alive
from tests.faults.outcome import Outcome, Rounds
from tests.faults.page import Page, judged, opened

Fault = Callable[[Page], None]


def at_any_moment(fault: Fault, most: int = 10) -> Rounds:
    """The fault while one types and while something runs, on one page after the other.

    ``most`` is how often one page meets it: a server that dies ever again is given up, rightly.
    """

    return again_and_again(lambda page: one(page, fault), most)


def again_and_again(once: Callable[[Page], Outcome], most: int = 10) -> Rounds:
    """Rounds on one page after the other, so many on each."""

    def rounds(random: Random, times: int) -> Iterator[Outcome]:
        left = times
        while left:
            with opened(random) as page:
                page.start()
                for _ in range(min(left, most)):
                    left -= 1
                    yield once(page)
                yield from at_the_end(page)

    return rounds


def one(page: Page, fault: Fault) -> Outcome:
    """Type, perhaps run, and have it happen."""
    if page.random.random() < 0.5:
        page.terminal.press("ctrl+r")
    page.type(page.random.randint(0, 2))
    page.wait_a_moment()
    page.type(1)
    with suppress(psutil.NoSuchProcess):
        fault(page)
    return judged(page, time.monotonic())


def at_the_end(page: Page) -> Iterator[Outcome]:
    """Nothing but what is lost, if anything is; counted with the last round."""
    lost = page.leave()
    alive = left_alive(page.terminal.mark)
    if lost or alive:
        yield Outcome(not alive, lost=lost, told=f"{page.typed}, alive: {alive}")


def kill_server(page: Page) -> None:
    """The server alone, as the kernel does when memory is short."""
    *_, server = page.servers()
    server.kill()


def kill_guardian(page: Page) -> None:
    """Who stands by: the server goes on, and the next page has another."""
    guardian, *_ = page.servers()
    guardian.kill()


def kill_both(page: Page) -> None:
    """Both at once: torch has to be imported anew."""
    for process in page.servers():
        process.kill()


def kill_run(page: Page) -> None:
    """The run."""
    for process in page.runs():
        process.kill()


def suspended(which: Callable[[Page], list[psutil.Process]], seconds: float) -> Fault:
    """Some processes stand still for a while; the clock runs from when they may go on."""

    def fault(page: Page) -> None:
        held = which(page)
        for process in held:
            process.suspend()
        page.terminal.listen(page.random.uniform(0.0, seconds))
        page.type(1)
        for process in held:
            process.send_signal(signal.SIGCONT)

    return fault


def everything(page: Page) -> list[psutil.Process]:
    """The app and all behind it, as when a laptop is closed."""
    app = psutil.Process(page.terminal.process.pid)
    return [app, *app.children(recursive=True)]


FAULTS = {
    "server killed": at_any_moment(kill_server, 4),
    "stand-by killed": at_any_moment(kill_guardian, 1),
    "server and stand-by killed": at_any_moment(kill_both, 4),
    "run killed": at_any_moment(kill_run),
    "server suspended": at_any_moment(suspended(lambda page: page.servers()[-1:], 1.0)),
    "run suspended": at_any_moment(suspended(Page.runs, 1.0)),
    "everything suspended": at_any_moment(suspended(everything, 1.0)),
}
