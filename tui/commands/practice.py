"""``tocha exercise`` and ``tocha check``: exercises in one's own editor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tui.commands import completing
from tui.start import open_app

if TYPE_CHECKING:
    from engine.process.protocol import AnyEvent, Frame
    from lessons.format.exercises import Exercise

PASSED, NOT_YET, BAD_ARGUMENT = 0, 1, 2
"""Exit statuses."""

MARKS = {"passed": "✓", "failed": "✗", "open": "·"}


@click.command()
@click.argument(
    "name", metavar="LESSON/EXERCISE", required=False, shell_complete=completing.exercises
)
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--hint", type=click.IntRange(1), metavar="N", help="Show the Nth hint instead.")
@click.option("--open", "opens", is_flag=True, help="Open the app on it instead.")
@click.pass_context
def exercise(
    ctx: click.Context, name: str | None, folder: Path | None, hint: int | None, opens: bool
) -> None:
    """Write an exercise's file to work on; without a name, list them all.

    A file that exists already is never overwritten.

    Exit status: 0 done, 1 the file exists or cannot be written, 2 no such exercise.

    \b
    Examples:
      tocha exercise
      tocha exercise training/write-the-loop --open
      tocha exercise training/write-the-loop --to ~/practice
      tocha exercise training/write-the-loop --hint 1
    """
    from lessons.format import catalog

    if name is None:
        for each in catalog.exercises():
            click.echo(f"{each.name:<32} {each.facts.minutes:>3} min  {each.title}")
        return
    found = _found(name)
    if opens:
        open_app(first=lambda app: app.open_exercise(found), **ctx.obj)
    if hint is not None:
        _show_hint(found, hint)
        return
    path = (folder or Path()) / _file_name(found)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(found.stub)
    except FileExistsError:
        _fail(f"{path} is there already", NOT_YET)
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}", NOT_YET)
    click.echo(f"{found.title}\n\n{_wrapped(found.instructions)}\n\nWrite in {path}, then:")
    click.echo(f"  tocha check {found.name} {path}")


@click.command()
@click.argument("name", metavar="LESSON/EXERCISE", shell_complete=completing.exercises)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", default=0, help="Draw the check's inputs with this; 0: anew each time.")
def check(name: str, file: Path | None, seed: int) -> None:
    """Judge FILE (the exercise's own file in this folder, if none is named) by what it does.

    Exit status: 0 passed, 1 not yet, 2 no such exercise or file, 130 interrupted.

    \b
    Examples:
      tocha check training/write-the-loop
      tocha check training/write-the-loop ~/practice/write_the_loop.py
    """
    found = _found(name)
    path = file or Path(_file_name(found))
    from tui.state import source_file as source

    try:
        code = source.read(path)
    except source.UnreadableError as error:
        _fail(str(error).rstrip("."), BAD_ARGUMENT)
    import asyncio

    try:
        events = asyncio.run(_judged(found, code, seed))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(PASSED if _told(found, events) else NOT_YET)


async def _judged(found: Exercise, code: str, seed: int) -> list[AnyEvent]:
    """Everything the engine says about the code."""
    import asyncio

    from engine.process.client import Engine, State
    from engine.process.protocol import RunEnded
    from tui.state.check_job import check_job

    events: list[AnyEvent] = []
    done = asyncio.Event()

    def hear(event: AnyEvent) -> None:
        events.append(event)
        if isinstance(event, RunEnded):
            done.set()

    engine = Engine(hear, lambda state: done.set() if state is State.FAILED else None)
    await engine.start()
    try:
        engine.run(check_job(found, code), seed=seed)
        await done.wait()
    finally:
        await engine.close()
    return events


def _told(found: Exercise, events: list[AnyEvent]) -> bool:
    """Print what was printed, the checks, and the reasons; whether all passed."""
    from engine.process.protocol import Explained, Printed, RunDied, RunFailed, Verdict

    verdict = None
    for event in events:
        match event:
            case Printed(text=text):
                click.echo(text, nl=False)
            case Verdict():
                verdict = event
            case Explained(title=title, says=says, fix=fix):
                click.echo("\n".join(_wrapped(each) for each in (title, says, fix)).rstrip())
            case RunFailed(error=error, message=message, frames=frames):
                click.echo("".join(_failure(error, message, frames)))
            case RunDied(reason=reason):
                click.echo(f"The run {reason}.")
    for result in verdict.results if verdict else []:
        click.echo(f"{MARKS[result.outcome]} {result.title}")
        if result.message:
            click.echo(_wrapped(result.message, "  "))
    passed = verdict is not None and verdict.passed
    if passed and found.afterwards:
        click.echo(f"\n{_wrapped(found.afterwards)}")
    return passed


def _failure(error: str, message: str, frames: list[Frame]) -> Iterator[str]:
    """The error, and the learner's line with carets below what it happened in."""
    yield f"{error}: {message}\n"
    for frame in frames[-1:]:
        yield f"  line {frame.line}: {frame.source.rstrip()}\n"
        if frame.column:
            indent = len(f"  line {frame.line}: ") + frame.column - 1
            yield " " * indent + "^" * max(frame.end - frame.column, 1) + "\n"


def _found(name: str) -> Exercise:
    from lessons.format import catalog

    try:
        return catalog.exercise(name)
    except catalog.Unknown as error:
        _fail(str(error.args[0]), BAD_ARGUMENT)


def _show_hint(found: Exercise, number: int) -> None:
    if number > len(found.hints):
        _fail(f"{found.name} has {len(found.hints)} hints", BAD_ARGUMENT)
    click.echo(_wrapped(found.hints[number - 1]))


def _wrapped(text: str, indent: str = "") -> str:
    """The paragraphs at the terminal's width; what is indented is code and stays as it is."""
    import shutil
    import textwrap

    width = max(40, min(shutil.get_terminal_size().columns, 100))
    prose = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    parts = text.split("\n\n")
    return "\n\n".join(part if part.startswith(" ") else prose.fill(part) for part in parts)


def _file_name(found: Exercise) -> str:
    return f"{found.id.replace('-', '_')}.py"


def _fail(sentence: str, status: int) -> NoReturn:
    click.echo(f"tocha: {sentence}", err=True)
    sys.exit(status)
