"""``tocha watch --events``: the curves of TensorBoard's logs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tui.start import complain, prepare_environment
from tui.terminal.escape import one_line

if TYPE_CHECKING:
    from tui.state.event_logs import EventLogs

FAILED, BAD_ARGUMENT = 1, 2

NEEDS = (
    "TensorBoard's logs are read with the packages protobuf and crc32c, which are not both here; "
    "pip install protobuf crc32c"
)


def show_events(folder: Path, *, plain: bool) -> NoReturn:
    """Show all runs below a folder; leaves with the exit status."""
    from engine.watch.event_files import Missing, readers
    from tui.state.event_logs import EventLogs, table

    if not folder.is_dir():
        refuse(f"there is no folder {folder}", BAD_ARGUMENT)
    try:
        logs = EventLogs(folder, readers())
    except Missing:
        refuse(NEEDS, FAILED)
    logs.take(logs.read())
    while plain and logs.is_behind:
        logs.take(logs.read())
    if not logs.tracks:
        refuse(
            "; ".join([f"no TensorBoard log in {folder} has a curve", *logs.troubles]), BAD_ARGUMENT
        )
    if plain:
        click.echo(f"{logs.title}: {logs.state}")
        for line in table(logs):
            click.echo(line)
        for words in logs.troubles:
            click.echo(one_line(f"tocha: {words}"), err=True)
        sys.exit(0)
    show(logs)


def show(logs: EventLogs) -> NoReturn:
    """On the screen."""
    from tui.screens.events import EventsScreen
    from tui.watch_app import WatchApp

    drawn = click.get_current_context().find_root().obj
    prepare_environment(drawn["colors"])
    app = WatchApp(lambda: EventsScreen(logs))
    app.draw_with(**drawn)
    status = app.run()
    sys.exit(app.return_code or status or 0)


def refuse(sentence: str, status: int) -> NoReturn:
    """Complain, with whatever is in a name that was typed shown as it is, and leave."""
    complain(one_line(sentence), status)
