"""``tocha doctor``: is this machine and this terminal fit for learning?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tui.checkup.line import Line

SIGNS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "fault": ("fault", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def doctor(as_json: bool) -> None:
    """Look at Python, torch, devices, the terminal and the data folder.

    Each line is ok, a warning or a fault; the latter two come with a remedy.

    Exit status: 0 no fault, 1 at least one fault.

    \b
    Examples:
      tocha doctor
      tocha doctor --json | jq '.lines[] | select(.state != "ok")'
    """
    found = []
    for line in look():
        found.append(line)
        if not as_json:
            show(line)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode({"lines": found}), indent=2))
    sys.exit(1 if any(line.state == "fault" for line in found) else 0)


def look() -> Iterator[Line]:
    """All lines, the quick ones first."""
    from tui.checkup import machine, storage, terminal
    from tui.checkup.line import guarded

    yield from guarded("Python", machine.python)
    yield from guarded("terminal", terminal.look)
    yield from guarded("data folder", storage.look)
    yield from guarded("torch", machine.torch)


def show(line: Line) -> None:
    """One line for people, its remedy below."""
    sign, ink = SIGNS[line.state]
    # A remedy never hides behind its colour: the word stands there too.
    click.echo(f"{click.style(f'{sign:<8}', fg=ink)} {line.name:<14} {line.fact}")
    if line.remedy:
        click.echo(f"{'':<24}{line.remedy}")
