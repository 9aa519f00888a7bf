"""``tocha grade``: a folder of submissions, judged side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tui.state.grading import Row
    from tui.state.submissions import Submission

JUDGED, NOT_ALL, BAD_ARGUMENT = 0, 1, 2
"""Exit statuses."""

MARKS = {True: "✓", False: "✗"}

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--csv", "csv_file", type=FILE, help="Write a table with a row each as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--jobs", type=click.IntRange(1), help="How many at a time; half of the cores.")
@click.option("--seed", default=0, help="Draw the inputs of the checks with this; 0: anew each.")
def grade(folder: Path, **options: Any) -> None:
    """Judge all submissions in FOLDER: <lesson>/<exercise>/NAME.py, or a folder for each student.

    In a student's folder a file is called after its exercise, as `tocha exercise` writes it. What
    is no Python, too large or binary has a row like all others.

    Exit status: 0 all were judged, passed or not; 1 not all, 2 no such folder, 130 interrupted.

    \b
    Examples:
      tocha grade submissions
      tocha grade submissions --csv grades.csv
      tocha grade submissions --json | jq 'select(.passed | not) | .file'
    """
    import asyncio

    from tui.state.submissions import submissions

    found = submissions(folder)
    if not found:
        click.echo(f"tocha: {folder}: no submission in it", err=True)
        sys.exit(BAD_ARGUMENT)
    try:
        rows = asyncio.run(_judged(found, options))
    except KeyboardInterrupt:
        sys.exit(130)
    if options["csv_file"] is not None:
        _write(options["csv_file"], rows)
    if not options["as_json"]:
        click.echo("\n".join(["", *_table(rows)]))
    sys.exit(JUDGED if all(row.exercise for row in rows) else NOT_ALL)


async def _judged(found: list[Submission], options: dict[str, Any]) -> list[Row]:
    """Judge them, and print a line for each as soon as its turn has come."""
    from tui.state import cores
    from tui.state.grading import Grader

    grader = Grader(options["jobs"] or cores.fair(), options["seed"])
    rows = []
    async for row in grader.rows(found):
        rows.append(row)
        click.echo(_object(row) if options["as_json"] else _line(row))
    return rows


def _object(row: Row) -> bytes:
    import msgspec

    fields = msgspec.structs.asdict(row)
    del fields["student"]
    return msgspec.json.encode(fields)


def _line(row: Row) -> str:
    done = f"{row.checks_passed}/{row.checks}"
    line = f"{MARKS[row.passed]} {row.file:<44} {done:>5} {row.seconds:6.2f} s"
    return line if row.passed else f"{line}  {row.failed}: {' '.join(row.message.split())}"


def _table(rows: list[Row]) -> list[str]:
    """Exercises down, students across, a mark for the best submission of each; and their sums."""
    import shutil

    students = list(dict.fromkeys(row.student for row in rows))
    exercises = list(dict.fromkeys(row.exercise for row in rows if row.exercise))
    best: dict[tuple[str, str], bool] = {}
    for row in rows:
        key = row.exercise, row.student
        best[key] = best.get(key, False) or row.passed
    wide = max(map(len, [*exercises, "passed"]))
    cell = max(3, *(min(len(each), 12) + 1 for each in students))
    fits = wide + 8 + cell * len(students) <= max(80, shutil.get_terminal_size().columns)
    lines = [_heading(students if fits else [], wide, cell)]
    for exercise in exercises:
        mine = {student: mark for (name, student), mark in best.items() if name == exercise}
        cells = [MARKS[mine[each]] if each in mine else "" for each in students if fits]
        score = f"{sum(mine.values())}/{len(mine)}"
        marks = "".join(f"{each:>{cell}}" for each in cells)
        lines.append(f"{exercise:<{wide}} {score:>7}{marks}")
    if not fits:
        lines += ["", *_sums(students, best, wide)]
    passed = sum(row.passed for row in rows)
    count = "1 submission" if len(rows) == 1 else f"{len(rows)} submissions"
    return [*lines, "", f"{count}, {passed} passed"]


def _heading(students: list[str], wide: int, cell: int) -> str:
    return f"{'':<{wide}} {'passed':>7}" + "".join(f"{each[:12]:>{cell}}" for each in students)


def _sums(students: list[str], best: dict[tuple[str, str], bool], wide: int) -> list[str]:
    """A line for each student, where a column for each has no room."""
    lines = []
    for student in students:
        marks = [mark for (_, name), mark in best.items() if name == student]
        lines.append(f"{student:<{wide}} {sum(marks):>3}/{len(marks)}")
    return lines


def _write(path: Path, rows: list[Row]) -> None:
    import csv

    import msgspec

    fields = [each for each in rows[0].__struct_fields__ if each != "student"]
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, ["student", *fields])
            table.writeheader()
            table.writerows(msgspec.structs.asdict(row) for row in rows)
    except OSError as error:
        click.echo(f"tocha: {path} cannot be written: {error.strerror}", err=True)
        sys.exit(NOT_ALL)
