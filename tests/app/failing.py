"""The app with a fault of its own: ``python -m tests.app.failing``."""

from __future__ import annotations

from tui.app import TochaApp
from tui.start import open_app


def fail() -> None:
    """Something nobody has thought of."""
    secret = "print('the learner wrote this')"
    raise LookupError(len(secret))


def later(app: TochaApp) -> None:
    """The scratch page, and after a while the fault."""
    app.call_later(app.open_scratch)
    app.set_timer(2.0, fail)


if __name__ == "__main__":
    open_app(glyphs=None, colors=None, first=later)
