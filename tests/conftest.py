"""Surroundings for every test, and one warm engine for those that need one."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.environment import clean
from tests.plots.examples import THOROUGH
from tests.schedule import ByWhatTheyShare

# Before anything imports Textual, which reads its settings once.
HOME = Path(tempfile.mkdtemp(prefix="tocha-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
_outside = dict(os.environ)
os.environ.clear()
os.environ.update(clean(HOME, _outside.items()))
# A shell that starts the tests in the background has them ignore ctrl+c, and nohup hang-ups:
# terminals do not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
# Enough for every test and soon used up by those that grow without end.
os.environ["TOCHA_RUN_MEMORY_GB"] = "0.5"

# Where nobody watches, the same examples every time: what fails there must fail here.
settings.register_profile("ci", derandomize=True)
if _outside.get("CI"):
    settings.load_profile("ci")
settings.register_profile("thorough", max_examples=THOROUGH)

# What a test leaves in circles can wait for more of them. Nothing is frozen: Hypothesis asks who
# refers to its generator of random numbers, and what is frozen does not answer.
gc.set_threshold(100_000, 20, 20)

from tests import made_once  # noqa: E402
from tests.runs import Runs  # noqa: E402
from tests.terminal import TOCHA, Terminal  # noqa: E402
from tests.warm.starting import Nurseries, Warm, is_possible  # noqa: E402

Opener = Callable[..., Terminal]

made_once.share()

WARM = Warm(Nurseries().start) if is_possible() else None
"""Every Python that is started from here on is a fork, unless a test is marked ``cold``."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatTheyShare:
    """Where pytest-xdist asks how to deal out the tests."""
    return ByWhatTheyShare(config, log)


@pytest.fixture(autouse=True)
def _cold(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests about starting start Python itself."""
    if WARM is not None and request.node.get_closest_marker("cold"):
        WARM.is_on = False
    yield
    if WARM is not None:
        WARM.is_on = True


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Opener]:
    """Open programs in terminals; all of them, and all they started, end with the test."""
    opened: list[Terminal] = []

    def start(
        *command: str,
        columns: int = 120,
        rows: int = 40,
        before: Callable[[], None] | None = None,
        **variables: str,
    ) -> Terminal:
        terminal = Terminal(
            command or TOCHA,
            environment=clean(tmp_path) | variables,
            columns=columns,
            rows=rows,
            cwd=tmp_path,
            before=before,
        )
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        with terminal:
            pass


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def warm_engine() -> AsyncIterator[Runs]:
    """One started engine: importing torch takes seconds."""
    runs = Runs()
    await runs.engine.start()
    yield runs
    await runs.engine.close()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(warm_engine: Runs) -> AsyncIterator[Runs]:
    """The warm engine, ready, with nothing running and nothing recorded."""
    await warm_engine.until_ready()
    warm_engine.forget()
    yield warm_engine
    await warm_engine.end_all()
