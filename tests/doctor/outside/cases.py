"""The cases: a program each, or a text that cannot be raised here, and what is wrong with it.

``programs/*.txt`` hold cells, each begun by ``# %% NAME | KIND | LAYOUT``; ``given.txt`` has texts,
each begun by ``# %% NAME | KIND | SOURCE``, where SOURCE says which file of PyTorch's the words are
from. KIND is what a good explanation is about, in words; ``unknown`` where none should be given.
``kinds.toml`` says which of the doctor's rules explain a kind.

LAYOUT is how a program is run and shown: ``plain``, ``notebook``, ``rich``, ``pytest``,
``torchrun``, ``ansi`` (coloured), ``process`` (with children), ``new`` and ``eco`` (another torch,
other libraries), ``loguru``, or copied from ``windows``, a ``log``, a mail (``quoted``), a
container (``compose``). Options follow it: ``file=torch.py``, ``width=80`` of rich, or a variable
of the environment.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
GIVEN = "given"
"""The sheet of the texts that are not raised here."""

UNKNOWN = "unknown"
CELL = re.compile(r"^# %% (\w+) \| ([^|\n]+) \| ([^\n]+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One program or text: where it stands, what is wrong, and how it is shown."""

    sheet: str
    name: str
    kind: str
    layout: str
    body: str

    @property
    def place(self) -> Path:
        """The file of its traceback."""
        return HERE / "texts" / self.sheet / f"{self.name}.txt"

    @property
    def text(self) -> str:
        """What somebody would paste."""
        return self.body if self.sheet == GIVEN else self.place.read_text(encoding="utf-8")


def cases() -> Iterator[Case]:
    """All of them, sheet by sheet."""
    for sheet in sorted((HERE / "programs").iterdir()):
        cells = CELL.split(sheet.read_text(encoding="utf-8"))[1:]
        for name, kind, layout, body in zip(*[iter(cells)] * 4, strict=True):
            yield Case(sheet.stem, name, kind.strip(), layout.strip(), body)


def kinds() -> dict[str, set[str]]:
    """Which rules explain a kind."""
    with (HERE / "kinds.toml").open("rb") as file:
        return {kind: set(rules) for kind, rules in tomllib.load(file).items()}
