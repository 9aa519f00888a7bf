"""A walk through the app in a real terminal, looking at everything once."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from lessons.format import catalog
from lessons.format.schema import Experiment, Lesson, Page, Predict, exercise_ids, run_of
from lessons.learner import review
from lessons.store import open_store
from tests.environment import clean
from tests.looks import sheets
from tests.looks.sheets import Look
from tests.terminal import TOCHA, EndedError, Terminal
from tui.screens.help_keys import EVERYWHERE
from tui.screens.page_screen import WIDE

PLACES, WATCH = "places", "watch"
HOME = "Learn PyTorch by running it"
PATIENCE_SECONDS = 60.0
"""For one run; what takes longer is stopped and looked at as it is."""
LONG_QUIET_SECONDS = 1.0
"""For what shows first a frame, then what belongs into it."""
LAYOUT_SECONDS = 10.0
"""For a page whose title stands in its head alone."""
STEPS = 4
"""Of a run that is made to be taken step by step, before the rest of it."""
TABS = re.compile(r"\bread  run\b|\btask  code  checks\b")
DAY_SECONDS = 86_400.0

TRAIN = """\
import torch
from torch import nn

torch.manual_seed(0)
x = torch.linspace(-1, 1, 64).unsqueeze(1)
y = torch.sin(3 * x) + 0.1 * torch.randn_like(x)
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(300):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(step, loss.item())
"""
"""A script to watch."""


def draw(size: str, names: Sequence[str], out: Path, pages: slice = slice(None)) -> list[Path]:
    """The sheets of one size; ``names`` are lessons, "places" and "watch"."""
    columns, _, rows = size.partition("x")
    drawn: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk((int(columns), int(rows)), Path(folder))
        with walk.open() as terminal:
            for name in names:
                if name == WATCH:
                    looks = walk.watched()
                elif name == PLACES:
                    looks = walk.places(terminal)
                else:
                    looks = walk.lesson(terminal, catalog.lesson(name), pages)
                drawn += sheets.write(looks, out / size / name)
    return drawn


class Walk:
    """The app at one size, over a data folder of its own."""

    def __init__(self, size: tuple[int, int], folder: Path) -> None:
        """``size`` is columns and rows; ``folder`` is empty and takes what the app keeps."""
        self.size = size
        self._folder = folder
        self._environment = clean(folder / "home")

    def open(self) -> Terminal:
        """The app at home, with its engine warm; something is due for review."""
        (self._folder / "home").mkdir(parents=True, exist_ok=True)
        with closing(open_store(self._folder / "home")) as store:
            for name in _questions()[:2]:
                before = time.time() - 3 * DAY_SECONDS
                review.answered(store, name, correct=False, now=before)
        columns, rows = self.size
        terminal = Terminal(TOCHA, environment=self._environment, columns=columns, rows=rows)
        terminal.until("engine ready")
        terminal.until_quiet()
        return terminal

    def lesson(self, terminal: Terminal, lesson: Lesson, pages: slice) -> Iterator[Look]:
        """Its pages before and after their first preset, then its exercises."""
        number = [one.slug for one in catalog.lessons()].index(lesson.slug) + 1
        terminal.press(str(number))
        for index in range(len(lesson.pages))[pages]:
            page = lesson.pages[index]
            place = turn_to(terminal, index, len(lesson.pages), page.title)
            caption = f"{lesson.slug} {place} {page.title}"
            yield from _both_sides(terminal, caption)
            if run := run_of(page.activity):
                yield from _run(terminal, caption, page, catalog.experiment(run.experiment))
            names = exercise_ids(page.activity)
            for key, name in enumerate(names if len(names) > 1 else [], 1):
                yield from _exercise(terminal, f"{lesson.slug}/{name}", str(key), place)
        go_home(terminal)

    def places(self, terminal: Terminal) -> Iterator[Look]:
        """Home, and what one goes to from there."""
        if self.size[0] >= WIDE:
            terminal.wait_for(_has_picture, seconds=PATIENCE_SECONDS / 4)
        terminal.until_quiet(LONG_QUIET_SECONDS)
        yield Look("home", terminal.cells())
        for key, name, act in (("?", "help", ""), ("w", "scratch", "ctrl+r"),
                               ("m", "museum", "enter"), ("v", "review", "1"),
                               ("l", "earlier runs", "")):  # fmt: skip
            terminal.press(key)
            terminal.wait_for(lambda t: not _is_home(t), seconds=LAYOUT_SECONDS)
            terminal.until_quiet(LONG_QUIET_SECONDS)
            yield Look(name, terminal.cells())
            if act:
                terminal.press(act)
                terminal.wait_for(has_ended, seconds=PATIENCE_SECONDS / 4)
                terminal.until_quiet()
                yield Look(f"{name}, run", terminal.cells())
            go_home(terminal)

    def watched(self) -> Iterator[Look]:
        """A script that trains, when it has ended."""
        script = self._folder / "train.py"
        script.write_text(TRAIN, encoding="utf-8")
        columns, rows = self.size
        command = (*TOCHA, "watch", str(script))
        with Terminal(
            command, environment=self._environment, columns=columns, rows=rows, cwd=self._folder
        ) as terminal:
            terminal.until(lambda t: re.search(r"exit status|ended|finished", t.text))
            terminal.until_quiet()
            yield Look("watch", terminal.cells())


def _questions() -> list[str]:
    """The names under which predictions come back."""
    return [
        f"{review.PREDICTION}:{lesson.slug}/{page.title}"
        for lesson in catalog.lessons()
        for page in lesson.pages
        if isinstance(page.activity, Predict) and not page.activity.blind
    ]


def turn_to(terminal: Terminal, index: int, total: int, title: str) -> str:
    """Turn to the page with this index; its place as the screen says it, "3/11"."""
    terminal.until(lambda t: re.search(rf"\b\d+/{total}\b", t.text))
    here = re.search(rf"\b(\d+)/{total}\b", terminal.text)
    assert here, terminal.text
    for _ in range(index + 1 - int(here[1])):
        terminal.press("n")
    place = f"{index + 1}/{total}"
    terminal.until(place)
    # In the head at once, over the prose when the page is laid out.
    terminal.wait_for(lambda t: t.text.count(title) > 1, seconds=LAYOUT_SECONDS)
    terminal.until_quiet()
    return place


def _exercise(terminal: Terminal, caption: str, key: str, place: str) -> Iterator[Look]:
    """An exercise of the open page, and its stub checked."""
    terminal.press(key)
    terminal.wait_for(lambda t: place not in t.text, seconds=PATIENCE_SECONDS / 4)
    terminal.until_quiet(LONG_QUIET_SECONDS)
    yield from _both_sides(terminal, caption)
    terminal.press("ctrl+r")
    terminal.wait_for(has_verdict, seconds=PATIENCE_SECONDS / 4)
    terminal.until_quiet(LONG_QUIET_SECONDS)
    yield Look(f"{caption}, checked", terminal.cells())
    for _ in range(3):  # out of the text, then out of the exercise
        terminal.press("escape")
        if terminal.wait_for(place, seconds=3):
            return
    raise EndedError(f"no way back to the lesson\n{terminal.text}")


def _run(terminal: Terminal, caption: str, page: Page, experiment: Experiment) -> Iterator[Look]:
    blind = isinstance(page.activity, Predict) and page.activity.blind
    terminal.press("r" if blind else "1")
    if experiment.stepwise:
        terminal.wait_for("paused", seconds=PATIENCE_SECONDS / 4)
        for _ in range(STEPS):
            terminal.press("s")
            terminal.until_quiet()
        yield Look(f"{caption}, {STEPS} steps", terminal.cells())
        terminal.press("space")
    if not terminal.wait_for(has_ended, seconds=PATIENCE_SECONDS):
        terminal.press("x")
    terminal.until_quiet()
    yield from _both_sides(terminal, f"{caption}, run")


def has_verdict(terminal: Terminal) -> bool:
    return bool(re.search(r"\bnot yet\b|\bpassed\b", terminal.text))


def has_ended(terminal: Terminal) -> bool:
    return bool(re.search(r"[✓■✗] (finished|stopped|failed)", terminal.text))


def _has_picture(terminal: Terminal) -> bool:
    """Whether home says where the picture beside the lessons comes from."""
    return bool(re.search("drawn just now|from your run", terminal.text))


def _both_sides(terminal: Terminal, caption: str) -> Iterator[Look]:
    """The screen, and what a small one keeps behind tabs."""
    yield Look(caption, terminal.cells())
    tabs = TABS.search(terminal.text)
    if tabs is None:
        return
    others = len(tabs[0].split()) - 1
    for _ in range(others):
        _turn_over(terminal)
        yield Look(f"{caption}, other side", terminal.cells())
    _turn_over(terminal)


def _turn_over(terminal: Terminal) -> None:
    """The other side, when it is there: until then a busy machine may be quiet for long."""
    before = terminal.cells()
    terminal.press("ctrl+t")
    terminal.wait_for(lambda t: t.cells() != before, seconds=LAYOUT_SECONDS)
    terminal.until_quiet()


def go_home(terminal: Terminal) -> None:
    for _ in range(5):
        if _is_home(terminal):
            return
        terminal.press("escape")
        terminal.wait_for(_is_home, seconds=3)
    raise EndedError(f"no way home\n{terminal.text}")


def _is_home(terminal: Terminal) -> bool:
    """Whether home is on top: help lets it shine through."""
    return HOME in terminal.text and EVERYWHERE not in terminal.text
