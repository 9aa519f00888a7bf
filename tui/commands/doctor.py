"""``tocha doctor``: is this machine and this terminal fit for learning?"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import click

from tui.terminal import colorless

if TYPE_CHECKING:
    from tui.commands.checkup.line import Line

Look: TypeAlias = "Callable[[], Iterable[Line]]"

INDENT = 24
"""Columns before a fact."""

SIGNS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "fault": ("fault", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--last-report", is_flag=True, help="Show the newest report of a fault of Tocha's.")
def doctor(as_json: bool, last_report: bool) -> None:
    """Look at Python, torch, devices, the terminal and the data folder.

    Each line is ok, a warning or a fault; the latter two come with a remedy.

    Exit status: 0 no fault, 1 at least one fault, or no report to show.

    \b
    Examples:
      tocha doctor
      tocha doctor --json | jq '.lines[] | select(.state != "ok")'
    """
    from tui.commands.checkup.line import guarded

    if last_report:
        show_last_report()
    found = []
    for topic, name, looks in topics():
        with patience("" if as_json else f"asking {topic} …"):
            # All of a topic before the first is shown: some ask the terminal.
            lines = list(guarded(name, looks))
        found += lines
        for line in lines if not as_json else ():
            show(line)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode({"lines": found}), indent=2))
    sys.exit(1 if any(line.state == "fault" for line in found) else 0)


def show_last_report() -> NoReturn:
    """Print the newest report; status 1 when there is none."""
    from lessons.store import REPORTS, data_folder
    from tui.terminal import crash_report
    from tui.terminal.escape import escaped

    path = crash_report.newest(data_folder() / REPORTS)
    if path is None:
        click.echo("There is no report: Tocha has not failed here.")
        sys.exit(1)
    click.echo(f"{path}\n\n{escaped(path.read_text(encoding='utf-8', errors='replace'))}")
    sys.exit(0)


def topics() -> Iterator[tuple[str, str, Look]]:
    """What is looked at, the quick ones first."""
    from tui.commands.checkup import machine, storage, terminal

    yield "Python", "Python", machine.python
    yield "the terminal", "terminal", terminal.look
    yield "the disk", "data folder", storage.look
    yield "torch", "torch", machine.torch


def show(line: Line) -> None:
    """One line for people, its remedy below."""
    sign, ink = SIGNS[line.state]
    # A remedy never hides behind its colour: the word stands there too.
    head, *rest = wrapped(line.fact)
    word = f"{sign:<8}"
    marked = word if colorless.is_colorless(os.environ) else click.style(word, fg=ink)
    click.echo(f"{marked} {line.name:<14} {head}")
    for words in (*rest, *(wrapped(line.remedy) if line.remedy else ())):
        click.echo(f"{'':<{INDENT}}{words}")


def wrapped(text: str) -> list[str]:
    """A text in lines that fit beside the names; in one where nobody knows the width."""
    if not sys.stdout.isatty():
        return [text]
    room = max(20, shutil.get_terminal_size().columns - INDENT)
    return textwrap.wrap(text, room, break_on_hyphens=False) or [""]


@contextmanager
def patience(words: str) -> Iterator[None]:
    """Say what takes so long, on a terminal, until it is done."""
    if not words or not sys.stdout.isatty():
        yield
        return
    click.echo(words, nl=False)
    try:
        yield
    finally:
        click.echo("\r\x1b[K", nl=False)
