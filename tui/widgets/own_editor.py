"""Writing in another editor: the file it works on is handed over, watched, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App, SuspendNotSupported

from tui.state.own_file import OwnFile
from tui.terminal import external_editor
from tui.widgets.editor import refusal


class OwnEditor:
    """The learner's editor on one file.

    Args:
        say: called with a sentence for the learner.
        take: called with the file's text whenever it was saved.
    """

    def __init__(
        self, file: OwnFile, say: Callable[[str], None], take: Callable[[str], None]
    ) -> None:
        self._file = file
        self._say = say
        self._take = take

    @property
    def has_file(self) -> bool:
        """Whether the file was ever made."""
        return self._file.path.exists()

    def saved_since(self, moment: float) -> str | None:
        """The file's text if it was saved after a moment (seconds since 1970), unwatched."""
        try:
            return self._file.newer_than(moment)
        except (OSError, UnicodeDecodeError) as error:
            self._cannot("read", error)
            return None

    def write(self, text: str) -> bool:
        """Put the text into the file; whether that worked."""
        try:
            self._file.write(text)
        except OSError as error:
            self._cannot("written", error)
            return False
        return True

    async def follow(self) -> None:
        """Take the text whenever the file is saved, by whomever; never ends by itself."""
        try:
            async for text in self._file.saves():
                if isinstance(text, Exception):
                    self._cannot("read", text)
                else:
                    self._hand_on(text)
        except OSError as error:
            self._cannot("watched", error)

    async def open(self, app: App[None]) -> None:
        """Start the editor: beside the app, or in its place until it is left."""
        command, path = external_editor.editor_command(), str(self._file.path)
        if not command:
            self._say(f"EDITOR names no editor. Save `{path}` from any: it is checked then.")
            return
        try:
            if external_editor.has_window(command):
                await external_editor.in_window([*command, path])
                self._say(f"`{path}` is checked whenever you save it.")
                return
            with app.suspend():
                external_editor.in_terminal([*command, path])
        except (OSError, SuspendNotSupported) as error:
            self._say(f"`{command[0]}` cannot be started here: {error}. Save `{path}` from any.")
            return
        app.action_redraw()  # type: ignore[attr-defined]
        if self._file.has_changed and (text := self.saved_since(0.0)) is not None:
            self._hand_on(text)

    def _hand_on(self, text: str) -> None:
        sentence = refusal(text)
        if sentence:
            self._say(sentence)
        else:
            self._take(text)

    def _cannot(self, verb: str, error: Exception) -> None:
        why = "it is not text" if isinstance(error, UnicodeDecodeError) else error
        self._say(f"`{self._file.path}` cannot be {verb}: {why}.")
