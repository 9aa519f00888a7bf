"""The app with a page to write on: ``python -m tests.store.editor``."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import TextArea

from tui import app as app_module
from tui.app import TochaApp

NAME = "drill/write-it"


class WritingScreen(Screen[None]):
    """One text, kept as it is typed and found again."""

    def compose(self) -> ComposeResult:
        yield TextArea()

    async def on_mount(self) -> None:
        """Open the draft that was written last."""
        app = self.app
        assert isinstance(app, TochaApp)
        draft = await app.saving.read(lambda store: store.drafts.latest(NAME))
        self.query_one(TextArea).load_text(draft.text if draft else "")
        self.query_one(TextArea).focus()
        self.query_one(TextArea).placeholder = "write here"

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Every change is kept."""
        app = self.app
        assert isinstance(app, TochaApp)
        app.saving.draft(NAME, event.text_area.text)


class Editor(TochaApp):
    """Opens on the text."""

    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))

    def on_ready(self) -> None:
        """Over home, as an exercise is."""
        self.push_screen(WritingScreen())


if __name__ == "__main__":
    Editor().run()
