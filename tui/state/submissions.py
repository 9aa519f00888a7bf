"""Submissions: which files of a folder are answers, to which exercise, and whose they are."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lessons.format import catalog
from lessons.format.exercises import Exercise


@dataclass(frozen=True)
class Submission:
    """One answer."""

    path: Path
    file: str
    """As found below the folder."""
    exercise: Exercise | None
    """None: no exercise goes by the file's name or place."""
    student: str


def submissions(folder: Path) -> list[Submission]:
    """All answers below a folder, in the order of their names.

    Two layouts, and any mixture: ``<lesson>/<exercise>/NAME.py``, and one folder a student with
    files called after their exercise, as ``tocha exercise`` writes them.
    """
    by_name = {exercise.name: exercise for exercise in catalog.exercises()}
    found = (_submission(folder, path, by_name) for path in _files(folder))
    return [each for each in found if each is not None]


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each[0] not in "._")
        yield from (Path(place, name) for name in sorted(names) if name[0] != ".")


def _submission(folder: Path, path: Path, by_name: dict[str, Exercise]) -> Submission | None:
    relative = path.relative_to(folder)
    file = relative.as_posix()
    # Whoever names a lesson's folder, or an exercise's, means what is in it.
    above = folder.resolve().parts[-2:]
    parts = (*above, *relative.parent.parts)
    for index, pair in enumerate(itertools.pairwise(parts)):
        if exercise := by_name.get("/".join(pair)):
            before = [each for each in parts[len(above) : index] if each]
            return Submission(path, file, exercise, "/".join(before) or path.stem)
    if path.suffix != ".py":
        return None
    exercise = _called(path.stem, parts, by_name)
    lesson = exercise.lesson if exercise else ""
    owner = [part for part in relative.parent.parts if part != lesson]
    return Submission(path, file, exercise, "/".join(owner) or folder.resolve().name)


def _called(stem: str, parts: tuple[str, ...], by_name: dict[str, Exercise]) -> Exercise | None:
    """The exercise of a file's name, or of the folder it lies in."""
    ids = {exercise.id: exercise for exercise in by_name.values()}
    for name in (stem, *reversed(parts)):
        if found := ids.get(name.replace("_", "-")):
            return found
    return None
