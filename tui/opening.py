"""``tocha`` with no other word opens the app, without the packages of the command line."""

from __future__ import annotations

import os
import sys

STREAMS = (0, 1, 2)


def main() -> None:
    """Open the app, or do what the words behind ``tocha`` say."""
    if len(sys.argv) > 1 or "_TOCHA_COMPLETE" in os.environ or not all(map(_is_terminal, STREAMS)):
        from tui.cli import main as command

        command()
        return
    from tui.commands.endings import said
    from tui.start import open_app

    with said():
        try:
            open_app(glyphs=None, colors=None)
        except (KeyboardInterrupt, EOFError):
            sys.exit(130)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
