"""Answers written from the tasks' words alone, right ones in unusual ways and plausible wrong ones.

A file for each exercise, ``corpus/<lesson>.<exercise>.txt``: lines that every answer begins with,
then the answers, each under a line ``# right: name``, ``# wrong: name`` or, where the message has
to be a certain one, ``# wrong: name (key of the message)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from lessons.format.exercises import Exercise

FOLDER = Path(__file__).with_name("corpus")

HEADING = re.compile(r"^# (right|wrong): ([\w-]+)(?: \(([\w-]+)\))?$", re.MULTILINE)


class Answer(msgspec.Struct, frozen=True):
    """One answer."""

    kind: str
    """ "right" or "wrong"."""
    name: str
    key: str
    """Of the message that a wrong answer has to meet; empty when any that is true will do."""
    code: str


def answers(task: Exercise) -> Iterator[Answer]:
    """All answers to an exercise."""
    text = (FOLDER / f"{task.lesson}.{task.id}.txt").read_text(encoding="utf-8")
    first, *parts = HEADING.split(text)
    for kind, name, key, code in zip(*(parts[part::4] for part in range(4)), strict=True):
        yield Answer(kind, name, key or "", f"{first}\n{code.strip()}\n")


def lay_out(tasks: list[Exercise], folder: Path, each: int = 1000) -> None:
    """Write answers as submissions below a folder: <lesson>/<exercise>/<kind>-<name>.py.

    ``each``: so many of both kinds for every exercise, at most.
    """
    for task in tasks:
        place = folder / task.lesson / task.id
        place.mkdir(parents=True)
        found = list(answers(task))
        kinds = ([a for a in found if a.kind == kind][:each] for kind in ("right", "wrong"))
        for answer in chain.from_iterable(kinds):
            file = place / f"{answer.kind}-{answer.name}.py"
            file.write_text(answer.code, encoding="utf-8")
