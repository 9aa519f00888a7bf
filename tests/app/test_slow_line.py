"""On a slow line the newest frame wins: nothing queues up, and every cell is right in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.slow_line import LOOP
from tests.environment import clean
from tests.slow_terminal import SlowTerminal
from tests.terminal import TOCHA, Cell

Opener = Callable[..., SlowTerminal]


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Opener]:
    """One's own code that trains for ever and draws its loss."""
    opened = []

    def start(**line: Any) -> SlowTerminal:
        (tmp_path / "loop.py").write_text(LOOP)
        terminal = SlowTerminal(
            [*TOCHA, "scratch", str(tmp_path / "loop.py")],
            environment=clean(tmp_path / "home"),
            **line,
        )
        opened.append(terminal)
        terminal.until("import torch")
        terminal.press("ctrl+r")
        terminal.until("steps/s")
        return terminal

    yield start
    for terminal in opened:
        terminal.__exit__()


def test_during_a_stall_nothing_is_written_ahead(training: Opener) -> None:
    terminal = training(rate=200_000, delay=0.01)
    terminal.listen(1.0)
    terminal.is_stalled = True
    before = terminal.written
    terminal.listen(4.0)
    assert terminal.written - before < 20_000
    terminal.is_stalled = False
    terminal.press("#")
    terminal.until("#import torch")


@pytest.mark.parametrize("answers", [True, False])
def test_in_the_end_every_cell_is_right(training: Opener, answers: bool) -> None:
    terminal = training(rate=30_000, delay=0.05, answers=answers)
    terminal.press("#", "x", "down", "f1")
    terminal.until("run the code as it is; again")
    terminal.press("escape")
    terminal.until(lambda t: "run the code as it is; again" not in t.text)
    terminal.press("ctrl+r")
    terminal.until("stopped")
    terminal.until_quiet(2.0)
    assert "#ximport torch" in terminal.text
    before = visible(terminal)
    terminal.press("ctrl+l")
    terminal.until_quiet(2.0)
    now = visible(terminal)
    assert [
        (n, old, new) for n, (old, new) in enumerate(zip(before, now, strict=True)) if old != new
    ] == []


def visible(terminal: SlowTerminal) -> list[Cell]:
    """All cells; ink and weight of a blank are nobody's business."""
    return [
        cell if cell.text.strip() else cell._replace(ink="", bold=False)
        for row in terminal.cells()
        for cell in row
    ]


def test_a_terminal_that_does_not_answer_is_asked_once(training: Opener) -> None:
    terminal = training(rate=1e6, delay=0.0, answers=False)
    terminal.listen(1.0)
    assert terminal.raw.count(b"\x1b[6n") == 1
