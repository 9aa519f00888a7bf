"""The pictures of the README: three screens of the app, made by walking there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from lessons.format import catalog
from tests.looks.sheets import screen
from tests.looks.walk import PATIENCE_SECONDS, Walk, go_home, has_ended, turn_to
from tests.terminal import Terminal

SIZE = 120, 36
"""Columns and rows of the terminal."""

COLORS = 128
"""Of a file: enough for a theme and its shades, and half of the bytes."""


class Shot(NamedTuple):
    """A page of a lesson, and what is pressed there."""

    lesson: str
    title: str
    keys: tuple[str, ...]
    waits_for: str = ""
    """Words that tell that enough has happened; without them the run's end does."""


SHOTS = (
    Shot("training", "Give it a bend", ("1",)),
    Shot("optimizers", "Other grounds", ("2",)),
    Shot("autograd", "The way back", ("1", "s", "s", "s", "s", "s"), "∇ 2"),
)


def draw(out: Path) -> Iterator[Path]:
    """Write ``out``/LESSON.png for every shot; yields each when it is there."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Walk(SIZE, Path(folder)).open() as terminal:
        for shot in SHOTS:
            _go(terminal, shot)
            image = Image.fromarray(screen(terminal.cells()))
            path = out / f"{shot.lesson}.png"
            image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
            yield path
            go_home(terminal)


def _go(terminal: Terminal, shot: Shot) -> None:
    lesson = catalog.lesson(shot.lesson)
    number = [one.slug for one in catalog.lessons()].index(shot.lesson) + 1
    index = next(at for at, page in enumerate(lesson.pages) if page.title == shot.title)
    terminal.press(str(number))
    turn_to(terminal, index, len(lesson.pages), shot.title)
    for key in shot.keys:
        terminal.press(key)
        terminal.until_quiet()
    terminal.until(shot.waits_for or has_ended, seconds=PATIENCE_SECONDS)
    terminal.until_quiet()
