"""The app whose loop hangs for ever, once SIGUSR1 asks for it: ``python -m tests.app.hanging``."""

from __future__ import annotations

import signal
from pathlib import Path

from tui.app import TochaApp
from tui.start import open_app

HANGS = Path("hangs")
"""Is there once it hangs, in the folder where it was started."""


def hang(*_: object) -> None:
    """Never again is anything heard by the loop."""
    HANGS.touch()
    while True:
        pass


def first(app: TochaApp) -> None:
    """The scratch page."""
    app.call_later(app.open_scratch)


if __name__ == "__main__":
    # Python runs it in the thread of the loop, between two of its instructions.
    signal.signal(signal.SIGUSR1, hang)
    open_app(glyphs=None, colors=None, first=first)
