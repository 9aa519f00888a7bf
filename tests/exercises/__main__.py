"""``python -m tests.exercises``: every stub, right answer and mutant of every exercise, judged.

Mutants are those in the exercises' folders, each named after the message it must meet, and those
made by machine: a slip in a right answer. Of these each must be refused with a fitting message
(killed), or be listed in ``equivalents.toml`` with the reason why it is a right answer too.

Exit status 0 when every stub fails, every right answer passes, every mutant is refused with its
own message, and of those made by machine, at least 25 an exercise, none survives unlisted.

With ``--corpus`` the answers of the corpus are judged instead: right ones pass, wrong ones do not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click
import msgspec

from engine.process.server import import_everything
from lessons.format.catalog import Unknown, exercise, exercises
from lessons.format.exercises import Exercise
from tests.exercises.mutation import FEWEST, MOST
from tests.exercises.rows import Row, corpus_pieces, judged, pieces

FEWEST_MUTANTS, MOST_MUTANTS, FEWEST_RIGHT = 3, 10, 2


def report(rows: list[Row], *, words: bool) -> Iterator[str]:
    """The rows as lines of text, one an exercise, and every one that is not as it should be."""
    names = list(dict.fromkeys(row.exercise for row in rows))
    yield f"{'':<34} {'stub':>5} {'right':>6} {'mutants':>8}   by machine: {'slowest':>27}"
    yield f"{'exercise':<57} {'killed':>8} {'survived':>9} {'equivalent':>11} {'run':>9}"
    for name in names:
        mine = [row for row in rows if row.exercise == name]
        yield _line(name, mine)
        for each in mine:
            if words and each.kind != "right":
                yield f"    {each.name}: {each.message or each.why}"
            elif not each.fine:
                yield f"    {each.kind} {each.name}: {each.key or 'passed'} {each.message}"
    good = sum(row.fine for row in rows)
    yield f"{len(names)} exercises, {good} of {len(rows)} as they should be"
    machine = [row for row in rows if row.kind == "machine"]
    killed, survived, equivalent = fates(machine)
    yield (
        f"{len(machine)} mutants by machine: {killed} killed, {survived} survived, "
        f"{equivalent} equivalent"
    )


def _line(name: str, mine: list[Row]) -> str:
    kinds = (("stub",), ("right",), ("mutant", "wrong"))
    score = [[row.fine for row in mine if row.kind in kind] for kind in kinds]
    marks = [f"{sum(fine)}/{len(fine)}" for fine in score]
    killed, survived, equivalent = fates(row for row in mine if row.kind == "machine")
    slowest = max((row.seconds for row in mine if row.key != "time-limit"), default=0.0)
    return (
        f"{name:<34} {marks[0]:>5} {marks[1]:>6} {marks[2]:>8} "
        f"{killed:>8} {survived:>9} {equivalent:>11} {slowest:>7.2f} s"
    )


def fates(rows: Iterable[Row]) -> tuple[int, int, int]:
    """How many mutants were killed, have survived, and are right answers too."""
    killed, survived, equivalent = 0, 0, 0
    for row in rows:
        killed += row.fine and bool(row.key)
        survived += not row.fine
        equivalent += row.fine and not row.key
    return killed, survived, equivalent


def few_or_many(task: Exercise, rows: list[Row], most: int) -> str:
    """What is missing in an exercise; empty when nothing."""
    mutants, right = len(task.mutants), len(task.right)
    machine = sum(row.exercise == task.name and row.kind == "machine" for row in rows)
    if not FEWEST_MUTANTS <= mutants <= MOST_MUTANTS:
        return f"{task.name} has {mutants} mutants"
    if machine < min(FEWEST, most):
        return f"{task.name} has {machine} mutants by machine"
    return f"{task.name} has {right} right answers" if right < FEWEST_RIGHT else ""


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--words", is_flag=True, help="Print the message every wrong answer meets.")
@click.option("--most", default=MOST, help="Mutants made by machine, for each exercise.")
@click.option("--corpus", is_flag=True, help="Judge the answers of the corpus instead.")
@click.option("--times", default=1, help="Judge each of the corpus so often, with other inputs.")
@click.option("--seed", default=0, help="Draw the inputs of the checks with this; 0: anew each.")
def main(
    names: tuple[str, ...],
    as_json: bool,
    words: bool,
    most: int,
    corpus: bool,
    times: int,
    seed: int,
) -> None:
    """Judge all exercises, or those NAMES."""
    import_everything()
    try:
        tasks = [exercise(name) for name in names] or exercises()
    except Unknown as error:
        raise click.BadParameter(str(error)) from error
    if corpus:
        todo = [each for task in tasks for each in corpus_pieces(task) for _ in range(times)]
        rows, missing = list(judged(todo, seed)), []
    else:
        rows = list(judged((each for task in tasks for each in pieces(task, most)), seed))
        missing = [sentence for task in tasks if (sentence := few_or_many(task, rows, most))]
    if as_json:
        for each in rows:
            click.echo(msgspec.json.encode(each))
    else:
        click.echo("\n".join([*report(rows, words=words), *missing]))
    sys.exit(0 if all(each.fine for each in rows) and not missing else 1)


main()
