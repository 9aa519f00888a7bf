"""The smallest Textual app: what every other start is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        yield Static("minimal")


if __name__ == "__main__":
    Minimal().run()
