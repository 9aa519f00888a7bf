"""``tocha watch`` and ``tocha attach``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import click

from tui.commands import completing
from tui.commands.events import BAD_ARGUMENT, FAILED, refuse, show_events
from tui.start import prepare_environment
from tui.terminal.escape import one_line

if TYPE_CHECKING:
    from engine.watch.record import Record

    Watched: TypeAlias = tuple[Path, Record]
    """A script's folder and what is known of it."""

PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""Whatever stands behind the script's name is the script's."""


@click.command(context_settings=PASS_ON)
@click.option("-m", "is_module", is_flag=True, help="SCRIPT is a module's name, as in python -m.")
@click.option("--plain", is_flag=True, help="Lines instead of a screen, as when piped.")
@click.option("--list", "lists", is_flag=True, help="Name the runs that are kept, and leave.")
@click.option(
    "--events", type=click.Path(path_type=Path), help="Show TensorBoard's logs in a folder."
)
@click.argument("script", type=click.Path(), required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def watch(
    is_module: bool,
    plain: bool,
    lists: bool,
    events: Path | None,
    script: str | None,
    arguments: tuple[str, ...],
) -> None:
    """Run a training SCRIPT unmodified and watch it train.

    Shows loss, learning rate, gradient norm, steps per second and memory as they come, the output
    beside them, and what looks wrong; of processes that the script starts, each that trains. The
    script runs in a session of its own: q leaves the view, not the script, and so does a connection
    that drops; tocha attach comes back to it. ctrl+c asks before it ends the script. It runs in
    Tocha's own Python environment, computes the same, and prints to a terminal where you have one;
    what is piped in is the script's, a terminal's keys are not.

    With --events it runs nothing, and shows the curves of TensorBoard's logs below a folder: a
    picture for each tag, a curve for each run, and what is written while you look.

    Exit status: the script's own (128 and the signal's number when a signal ended it); 0 when you
    left and it runs on; 1 when it could not be started; 2 when there is no such script.

    \b
    Examples:
      tocha watch train.py --epochs 20
      tocha watch -m package.train --lr 0.01
      tocha watch --plain train.py > train.log
      tocha watch --list
      tocha watch --events runs
    """
    from engine.watch import follower

    if lists:
        list_runs()
        return
    if events is not None:
        if script is not None:
            raise click.UsageError("--events shows logs that are there; it runs no SCRIPT.")
        show_events(events, plain=needs_lines(plain))
    if script is None:
        raise click.UsageError("Missing argument 'SCRIPT'.")
    if not is_module and not Path(script).is_file():
        refuse(f"there is no file {script}", BAD_ARGUMENT)
    command = ["-m", script, *arguments] if is_module else [script, *arguments]
    try:
        place = follower.start(root(), Path(script).name, command, str(Path.cwd()))
    except OSError as error:
        refuse(f"{script} could not be started: {error}", FAILED)
    follow(place, plain)


@click.command()
@click.option("--plain", is_flag=True, help="Lines instead of a screen, as when piped.")
@click.option("--list", "lists", is_flag=True, help="Name the scripts and leave.")
@click.argument("number", type=int, required=False, shell_complete=completing.scripts)
def attach(plain: bool, lists: bool, number: int | None) -> None:
    """Come back to a watched script: the one that runs, or NUMBER.

    When several run, they are listed and you are asked which; when none does, the one started last
    is shown. Nothing is missing: the view is drawn from the first step on, also after the end.

    Exit status: the script's own; 0 when you left and it runs on; 1 when nobody knows how it ended;
    2 when there is none, or several and nobody to ask.

    \b
    Examples:
      tocha attach
      tocha attach --list
      tocha attach 3 --plain
    """
    from engine.watch import record as records

    if lists:
        list_runs()
        return
    found = list(records.all_records(root()))
    if number is not None:
        found = [(place, one) for place, one in found if one.number == number]
    if not found:
        which = "" if number is None else f" with the number {number}"
        refuse(f"no script{which} is watched; try: tocha watch SCRIPT", BAD_ARGUMENT)
    running = [(place, one) for place, one in found if records.is_running(one)]
    follow((choose(running) if running else found[0])[0], plain)


def list_runs() -> None:
    """Every run that is kept, a line each, the newest first."""
    from engine.watch import record as records

    for _, one in records.all_records(root()):
        click.echo(line(one, running=records.is_running(one)))


def choose(running: list[Watched]) -> Watched:
    """The one that runs; of several, the one that is named when asked."""
    if len(running) == 1:
        return running[0]
    for _, one in running:
        click.echo(line(one, running=True), err=True)
    if not sys.stdin.isatty():
        refuse("several scripts run; try: tocha attach NUMBER", BAD_ARGUMENT)
    numbers = {str(one.number): (place, one) for place, one in running}
    newest = str(running[0][1].number)
    return numbers[click.prompt("Which", newest, type=click.Choice(list(numbers)), err=True)]


def line(record: Record, *, running: bool) -> str:
    """A script in one line."""
    if running:
        state = "runs"
    elif record.is_elsewhere:
        state = f"on {record.host}"
    elif record.status is None:
        state = "out of reach"
    else:
        state = f"exit status {record.exit_status}"
    began = time.strftime("%d %b %H:%M", time.localtime(record.started))
    words = " ".join(record.command)
    return one_line(f"{record.number:>3}  {state:<16} {words}  ({record.folder}, {began})")


def follow(place: Path, plain: bool) -> NoReturn:
    """Watch in whichever way fits; leaves with the exit status."""
    from engine.watch import record as records

    if needs_lines(plain):
        import asyncio

        from tui.commands.plain_watch import PlainWatch

        sys.exit(asyncio.run(PlainWatch(place).run()))
    drawn = click.get_current_context().find_root().obj
    prepare_environment(drawn["colors"])
    from engine.watch.follower import Follower
    from tui.screens.watch import WatchScreen
    from tui.watch_app import WatchApp

    app = WatchApp(lambda: WatchScreen(Follower(place)))
    app.draw_with(**drawn)
    status = app.run()
    record = records.read(place)
    if app.return_code:
        sys.exit(app.return_code)
    if status is None and record.status is None:
        click.echo(
            f"{one_line(record.title)} runs on; tocha attach {record.number} comes back to it."
        )
        sys.exit(0)
    sys.exit(record.exit_status)


def needs_lines(plain: bool) -> bool:
    """Whether lines are asked for, or all that can be shown here."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return plain or not is_terminal or os.environ.get("TERM", "dumb") == "dumb"


def root() -> Path:
    """Where watched scripts are kept; in the folder for temporary files if home takes nothing."""
    import tempfile

    from lessons.store import data_folder, private_folder

    folder = data_folder()
    try:
        private_folder(folder)
        if os.access(folder, os.W_OK):
            return folder / "watched"
    except OSError:
        pass
    instead = Path(tempfile.gettempdir()) / f"tocha-watched-{os.getuid()}"
    click.echo(f"tocha: {folder} cannot be written; this is kept in {instead}.", err=True)
    from engine.process.own_folder import own_folder

    try:
        return own_folder(instead)
    except OSError as error:
        refuse(f"there is no place to keep what is watched: {error}", FAILED)
