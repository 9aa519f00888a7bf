"""Rows of the report: each piece of code that is judged, and how it fared."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import torch

import engine
from lessons.format.catalog import exercise
from lessons.format.exercises import Exercise
from tests.exercises.corpus import answers
from tests.exercises.judging import Judged, perform
from tests.exercises.mutation import mutants, why_equivalent
from tui.state.check_job import check_job

CACHE = Path(__file__).parents[2] / ".pytest_cache" / "exercises"
"""Rows of mutants that have been killed, by all that they depend on."""

UNFITTING = ("check-failed",)
"""Messages that say nothing about the learner's slip."""


class Piece(msgspec.Struct, frozen=True):
    """Code to be judged."""

    exercise: str
    kind: str
    """ "stub", "right", "wrong" (of the corpus), "mutant" (by hand) or "machine" (by machine)."""
    name: str
    code: str
    why: str = ""
    """Why a mutant made by machine is a right answer too; empty when it is listed nowhere."""
    meets: str = ""
    """Key of the message that a wrong answer of the corpus has to meet; empty when any will do."""


class Row(msgspec.Struct):
    """One judged piece of code."""

    exercise: str
    kind: str
    name: str
    fine: bool
    """Whether it fared as it has to."""
    key: str
    """The message it met; empty when it passed."""
    message: str
    seconds: float
    why: str = ""


def pieces(task: Exercise, most: int) -> Iterator[Piece]:
    """Everything in an exercise's folder, and at most so many mutants made by machine."""
    folder = {"stub": [task.folder / "stub.py"], "right": task.right, "mutant": task.mutants}
    for kind, paths in folder.items():
        for path in paths:
            yield Piece(task.name, kind, path.stem, path.read_text(encoding="utf-8"))
    for made in mutants(task, most) if most else ():
        name = f"{made.operator}: {made.change}"
        yield Piece(task.name, "machine", name, made.code, why_equivalent(task, made))


def corpus_pieces(task: Exercise) -> Iterator[Piece]:
    """The exercise's answers of the corpus."""
    for each in answers(task):
        yield Piece(task.name, each.kind, each.name, each.code, meets=each.key)


def judged(todo: Iterable[Piece], seed: int = 0) -> Iterator[Row]:
    """A row for each piece, judged by as many processes as there are processors.

    ``seed`` draws the inputs; 0: others each time, and for mutants what is known of them counts.
    """
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        yield from pool.imap(_judge, ((piece, seed) for piece in todo), chunksize=4)


def _judge(order: tuple[Piece, int]) -> Row:
    piece, seed = order
    task = exercise(piece.exercise)
    place = CACHE / _digest(task, piece)
    if piece.kind == "machine":
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(place.read_bytes(), type=Row)
    found = row(piece, perform(check_job(task, piece.code), seed))
    if piece.kind == "machine" and found.key and found.fine:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(msgspec.json.encode(found))
    return found


def row(piece: Piece, judged: Judged) -> Row:
    """How a piece of code fared."""
    failure = judged.failure
    key, message = (failure.key, failure.message) if failure else ("", "")
    if failure is None and not judged.passed:
        key, message = "died", str(judged.end)
    fine = {
        "stub": key not in ("", *UNFITTING),
        "right": judged.passed,
        "wrong": key not in ("", *UNFITTING) and piece.meets in ("", key),
        "mutant": key == piece.name,
        "machine": (key not in ("", *UNFITTING)) or bool(piece.why and judged.passed),
    }[piece.kind]
    facts = (piece.exercise, piece.kind, piece.name, fine, key, message)
    return Row(*facts, round(judged.seconds, 3), piece.why)


def _digest(task: Exercise, piece: Piece) -> str:
    """A name for all that a verdict depends on."""
    known = hashlib.sha256(f"{torch.__version__} {piece.kind} {piece.name} {piece.why}\n".encode())
    for text in (piece.code, task.check.read_text(), msgspec.json.encode(task.head).decode()):
        known.update(text.encode())
    known.update(_judges())
    return known.hexdigest()[:32]


def _judges() -> bytes:
    rooms = ("grading", "process", "doctor")
    folder = Path(engine.__file__).parent
    files = sorted(path for room in rooms for path in (folder / room).rglob("*.*"))
    stamps = ((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return repr([stamp for stamp in stamps if not stamp[0].endswith(".pyc")]).encode()
