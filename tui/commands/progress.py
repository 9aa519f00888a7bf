"""``tocha progress``, ``reset``, ``export-progress``, ``import-progress``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tui.commands import completing

if TYPE_CHECKING:
    from lessons.learner.progress import LessonProgress, Progress
    from lessons.store import Store

FAILED, BAD_ARGUMENT = 1, 2
"""Exit statuses; 0 is done."""

BAR = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def progress(as_json: bool) -> None:
    """Show what is done, what was missed and what comes next.

    Exit status: 0 shown, 1 the progress file cannot be read.

    \b
    Examples:
      tocha progress
      tocha progress --json | jq .next
    """
    import msgspec

    from lessons.format import catalog
    from lessons.learner import review
    from lessons.learner.progress import survey

    with opened() as store:
        lessons = catalog.lessons()
        found = survey(lessons, store, due=len(review.due(store, lessons)))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        for line in lines(found):
            click.echo(line)


def lines(found: Progress) -> Iterator[str]:
    """The same for people."""
    for lesson in found.lessons:
        yield f"{lesson.slug:<12} {row(lesson)}"
    missed = [one for lesson in found.lessons for one in lesson.missed]
    if missed:
        yield "\nMissed:"
    for one in missed:
        yield f"  {one.lesson}, {one.page}: you said “{one.chosen}”, it was “{one.answer}”"
    if found.due:
        yield f"\nTo review today: {found.due}"
    if found.next is None:
        yield "\nAll lessons are done."
    else:
        yield f"\nNext: {found.next.lesson}, page {found.next.number}: {found.next.page}"


def row(lesson: LessonProgress) -> str:
    """Bar and counts of one lesson."""
    full = BAR * lesson.pages_done // lesson.pages if lesson.pages else 0
    parts = ["━" * full + "─" * (BAR - full), f"{lesson.pages_done:>2}/{lesson.pages:<2} pages"]
    if lesson.right or lesson.wrong:
        parts.append(f"predictions {lesson.right} right, {lesson.wrong} wrong")
    if lesson.exercises:
        parts.append(f"exercises {lesson.passed}/{lesson.exercises}")
    return "  ".join(parts)


@click.command()
@click.argument("lesson", shell_complete=completing.lessons)
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(lesson: str, yes: bool) -> None:
    """Forget what was done in LESSON: pages, predictions, exercises, drafts.

    Runs stay; they have a list of their own. Before anything is deleted, everything is exported to
    a file in the data folder, so that a reset can be taken back.

    Exit status: 0 forgotten, 1 not forgotten (you said no, or nothing can be written), 2 no such
    lesson.

    \b
    Examples:
      tocha reset training
      tocha reset training --yes
    """
    from lessons.format import catalog
    from tui.state import own_file

    try:
        title = catalog.lesson(lesson).title
    except catalog.Unknown as error:
        refuse(str(error), BAD_ARGUMENT)
    if not yes:
        _ask(f"Forget everything done in {title}?")
    with opened() as store:
        saved = free_name(store, lesson)
        with writing(saved):
            write_export(store, saved)
        count = store.forget(lesson)
        with suppress(OSError):  # they are copies; the store has what counts
            own_file.set_aside(lesson)
    click.echo(f"{title} is as new: {count} entries deleted.")
    click.echo(f"To take it back: tocha import-progress {saved}")


def free_name(store: Store, lesson: str) -> Path:
    """A file in the data folder that is not there yet."""
    assert store.path is not None
    number = 1
    while (path := store.path.with_name(f"before-reset-{lesson}-{number}.json")).exists():
        number += 1
    return path


@click.command(name="export-progress")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def export_progress(file: Path, force: bool) -> None:
    """Write everything that is kept to FILE, as JSON; - is standard output.

    Exit status: 0 written, 1 it cannot be read or written, 2 FILE is there already.

    \b
    Examples:
      tocha export-progress progress.json
      tocha export-progress - | ssh other-machine tocha import-progress -
    """
    with opened() as store:
        if str(file) == "-":
            from lessons.store import snapshot

            sys.stdout.buffer.write(snapshot.to_json(store.snapshot()))
            return
        if file.exists() and not force:
            refuse(f"{file} is there already; --force overwrites it", BAD_ARGUMENT)
        with writing(file):
            rows = write_export(store, file)
    click.echo(f"{rows} entries written to {file}.")


def write_export(store: Store, file: Path) -> int:
    """Write an export whole or not at all; how many rows it has.

    Raises:
        OSError: it cannot be written.
    """
    from lessons.store import snapshot

    taken = store.snapshot()
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(snapshot.to_json(taken))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return taken.rows


@click.command(name="import-progress")
@click.argument("file", type=click.Path(path_type=Path))
def import_progress(file: Path) -> None:
    """Bring what another machine exported together with what is here; - is standard input.

    Nothing that is here is lost: what was done in either place is done, of drafts both are kept,
    and importing the same file twice changes nothing.

    Exit status: 0 imported, 1 nothing can be written, 2 FILE is no export or from a newer version.

    \b
    Examples:
      tocha import-progress progress.json
      ssh other-machine tocha export-progress - | tocha import-progress -
    """
    from lessons.store import snapshot

    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        found = snapshot.from_json(text)
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}", BAD_ARGUMENT)
    except ValueError as error:
        refuse(f"{file}: {error}", BAD_ARGUMENT)
    with opened() as store:
        try:
            store.merge(found)
        except ValueError as error:
            refuse(f"{file}: {error}", BAD_ARGUMENT)
    click.echo(f"{found.rows} entries brought in.")


@contextmanager
def opened() -> Iterator[Store]:
    """The store; when it cannot be used, the sentence that says why and exit status 1."""
    from lessons.store import Fault, open_store

    try:
        store = open_store()
        try:
            if store.notice:
                click.echo(f"tocha: {store.notice}", err=True)
            yield store
        finally:
            store.close()
    except Fault as fault:
        refuse(str(fault), FAILED)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Say it when a file cannot be written, with exit status 1."""
    try:
        yield
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror}", FAILED)


def refuse(sentence: str, status: int) -> NoReturn:
    """One line on standard error, and the end."""
    click.echo(f"tocha: {sentence}", err=True)
    sys.exit(status)


def _ask(question: str) -> None:
    """Leave with `FAILED` unless the answer is yes; no answer is a no."""
    try:
        said_yes = click.confirm(question, err=True)
    except click.Abort:
        said_yes = False
    if not said_yes:
        sys.exit(FAILED)
