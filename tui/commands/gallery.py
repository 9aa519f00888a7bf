"""``tocha gallery``: one page for every kind of picture."""

from __future__ import annotations

import sys

import click

from tui.start import open_app

GLYPHS = click.Choice(["braille", "blocks", "ascii"])
COLORS = click.Choice(["truecolor", "256", "16", "none"])


@click.command()
@click.option("--plain", is_flag=True, help="Print the pages as text without escapes.")
@click.option("--glyphs", type=GLYPHS, help="What the font can show; found out otherwise.")
@click.option("--colors", type=COLORS, help="How many colours; found out otherwise.")
def gallery(plain: bool, glyphs: str | None, colors: str | None) -> None:
    """Show every kind of picture, on a page each.

    Exit status: 0 shown, 2 no terminal to draw on.

    \b
    Examples:
      tocha gallery
      tocha gallery --glyphs ascii --colors none
      tocha gallery --plain | less
    """
    if plain or not sys.stdout.isatty():
        from tui.state.gallery import gallery as print_pages

        print_pages(plain, glyphs, colors)
        return
    open_app(glyphs=glyphs, colors=colors, first=lambda app: app.open_gallery())
