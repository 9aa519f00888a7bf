"""Starting the app from the command line. Textual is imported only when the app is to open."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from tui.terminal import colorless

if TYPE_CHECKING:
    from tui.app import TochaApp

KNOWN_TERMS = ("alacritty", "xterm-ghostty", "foot", "contour", "wezterm")
"""Terminals with 24-bit colour whose names do not say so."""

NOT_KEPT = 1
"""The exit status when the disk did not take what was written last."""


def open_app(
    *,
    glyphs: str | None,
    colors: str | None,
    first: Callable[[TochaApp], None] | None = None,
) -> NoReturn:
    """Open the app, with what ``first`` opens in it, else where it was left; then exit."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("TERM") == "dumb":
        complain("this is no terminal to draw on; try: tocha list, tocha run training.fit --plain")
    prepare_environment(colors)
    # Collecting garbage while thousands of lasting objects are made costs a tenth of the start.
    gc.disable()
    from tui.state.saving import Saving, words_of_loss

    saving = Saving()
    from tui.app import TochaApp

    app = TochaApp(saving, first=first)
    app.draw_with(glyphs, colors)
    app.run()
    if saving.unkept:
        with suppress(OSError):
            _say(words_of_loss(saving.unkept))
        sys.exit(app.return_code or NOT_KEPT)
    sys.exit(app.return_code or 0)


def complain(sentence: str, status: int = 2) -> NoReturn:
    """One line on standard error, and an exit status."""
    _say(sentence)
    sys.exit(status)


def _say(sentence: str) -> None:
    import click  # here, as the app opens without it

    click.echo(f"tocha: {sentence}", err=True)


def prepare_environment(colors: str | None = None) -> None:
    """Settings that Textual reads when it is imported."""
    if colors == "none" or (colors is None and colorless.is_colorless(os.environ)):
        # Shades as they are meant: our driver sends none of them.
        os.environ |= {"NO_COLOR": "1", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
    else:
        # Set but empty it asks for nothing.
        os.environ.pop("NO_COLOR", None)
    if colors and colors != "none":
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "standard" if colors == "16" else colors
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    # A shell may have exported these: they would hide every later change of the window's size.
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    if os.environ.get("TERM", "").startswith(KNOWN_TERMS):
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
