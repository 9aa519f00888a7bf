"""``python -m tests.exercises``: every stub, right answer and mutant of every exercise, judged.

Exit status 0 when every stub fails, every right answer passes, and every mutant fails with the
message it is named after.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from engine.process.server import import_everything
from lessons.format.catalog import Unknown, exercise, exercises
from lessons.format.exercises import Exercise
from tests.exercises.judging import Judged, judge

FEWEST_MUTANTS, MOST_MUTANTS, FEWEST_RIGHT = 3, 10, 2


class Row(msgspec.Struct):
    """One judged piece of code."""

    exercise: str
    kind: str
    """ "stub", "right" or "mutant"."""
    name: str
    fine: bool
    """Whether it fared as it has to."""
    key: str
    """The message it met; empty when it passed."""
    message: str
    seconds: float


def rows_of(task: Exercise) -> Iterator[Row]:
    """Judge everything in an exercise's folder."""
    for kind, paths in {
        "stub": [task.folder / "stub.py"],
        "right": task.right,
        "mutant": task.mutants,
    }.items():
        for path in paths:
            judged = judge(task, path.read_text(encoding="utf-8"))
            yield row(task, kind, path, judged)


def row(task: Exercise, kind: str, path: Path, judged: Judged) -> Row:
    """How a piece of code fared."""
    failure = judged.failure
    key, message = (failure.key, failure.message) if failure else ("", "")
    fine = {
        "stub": failure is not None and key != "check-failed",
        "right": judged.passed,
        "mutant": key == path.stem,
    }[kind]
    if failure is None and not judged.passed:
        message = str(judged.end)
    return Row(task.name, kind, path.stem, fine, key, message, judged.seconds)


def report(rows: list[Row], *, words: bool) -> Iterator[str]:
    """The rows as lines of text, one an exercise, and every one that is not as it should be."""
    names = list(dict.fromkeys(row.exercise for row in rows))
    yield f"{'exercise':<34} {'stub':>5} {'right':>6} {'mutants':>8} {'slowest':>9}"
    for name in names:
        mine = [row for row in rows if row.exercise == name]
        score = {
            kind: [row.fine for row in mine if row.kind == kind]
            for kind in ("stub", "right", "mutant")
        }
        marks = [f"{sum(fine)}/{len(fine)}" for fine in score.values()]
        slowest = max(row.seconds for row in mine if row.key != "time-limit")
        yield f"{name:<34} {marks[0]:>5} {marks[1]:>6} {marks[2]:>8} {slowest:>7.2f} s"
        for each in mine:
            if words and each.kind != "right":
                yield f"    {each.name}: {each.message}"
            elif not each.fine:
                yield f"    {each.kind} {each.name}: {each.key or 'passed'} {each.message}"
    good = sum(row.fine for row in rows)
    yield f"{len(names)} exercises, {good} of {len(rows)} as they should be"


def few_or_many(task: Exercise) -> str:
    """What is missing in an exercise's folder; empty when nothing."""
    mutants, right = len(task.mutants), len(task.right)
    if not FEWEST_MUTANTS <= mutants <= MOST_MUTANTS:
        return f"{task.name} has {mutants} mutants"
    return f"{task.name} has {right} right answers" if right < FEWEST_RIGHT else ""


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--words", is_flag=True, help="Print the message every wrong answer meets.")
def main(names: tuple[str, ...], as_json: bool, words: bool) -> None:
    """Judge all exercises, or those NAMES."""
    import_everything()
    try:
        tasks = [exercise(name) for name in names] or exercises()
    except Unknown as error:
        raise click.BadParameter(str(error)) from error
    rows = [row for task in tasks for row in rows_of(task)]
    missing = [sentence for task in tasks if (sentence := few_or_many(task))]
    if as_json:
        for each in rows:
            click.echo(msgspec.json.encode(each))
    else:
        click.echo("\n".join([*report(rows, words=words), *missing]))
    sys.exit(0 if all(each.fine for each in rows) and not missing else 1)


main()
