"""``tocha scratch``: any code of one's own, run as it is and watched; ``museum``, ``bugs``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tui.start import open_app

if TYPE_CHECKING:
    from tui.app import TochaApp

BAD_ARGUMENT = 2


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_context
def scratch(ctx: click.Context, file: Path | None) -> None:
    """Open the scratch page: an editor beside a stage, for any PyTorch code.

    ctrl+r runs the code as it is and shows loss, learning rate, gradient norm, fit and output as
    they come; errors are explained in the line they happen in. In the code, watch(accuracy=0.9,
    weights=w) shows more: numbers become curves, tensors pictures. What is written is kept, also
    when the connection drops; FILE itself is only written on ctrl+s. A FILE that is not there yet
    begins empty.

    Exit status: 0 left in good order, 1 what was written last is not kept, 2 FILE is no source
    text, or there is no terminal.

    \b
    Examples:
      tocha scratch
      tocha scratch train.py
    """
    if file is not None:
        _check(file)

    def first(app: TochaApp) -> None:
        app.open_scratch(file)

    open_app(first=first, **ctx.obj)


@click.command()
@click.pass_context
def museum(ctx: click.Context) -> None:
    """Open the museum of errors: each can be run, read about, and repaired on the spot.

    Exit status: 0 left in good order, 1 what was written last is not kept, 2 there is no terminal.

    \b
    Example:
      tocha museum
    """
    open_app(first=lambda app: app.open_museum(), **ctx.obj)


def _check(file: Path) -> None:
    """Refuse what no editor could show, before the app is opened."""
    from tui.state import source_file as source
    from tui.widgets.editing import refusal

    if not file.exists():
        if not file.absolute().parent.is_dir():
            _refuse(f"{file}: there is no folder {file.parent}")
        return
    try:
        sentence = refusal(source.read(file))
    except source.UnreadableError as error:
        sentence = str(error)
    if sentence:
        _refuse(sentence.rstrip("."))


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"tocha: {sentence}", err=True)
    sys.exit(BAD_ARGUMENT)


@click.command()
@click.pass_context
def bugs(ctx: click.Context) -> None:
    """Open the bug bench: a sound training loop and a broken one, side by side from one seed.

    Exit status: 0 left in good order, 1 what was written last is not kept, 2 there is no terminal.

    \b
    Example:
      tocha bugs
    """
    open_app(first=lambda app: app.open_bench(), **ctx.obj)
