"""The app when its loop hangs in something for ever: ``python -m tests.app.hanging``."""

from __future__ import annotations

from pathlib import Path

from tui.app import TochaApp
from tui.start import open_app

HANGS = Path("hangs")
"""Is there once it hangs, in the folder where it was started."""


def hang() -> None:
    """Never again is anything heard by the loop."""
    HANGS.touch()
    while True:
        pass


def later(app: TochaApp) -> None:
    """The scratch page, and after a while nothing moves."""
    app.call_later(app.open_scratch)
    app.set_timer(2.0, hang)


if __name__ == "__main__":
    open_app(glyphs=None, colors=None, first=later)
