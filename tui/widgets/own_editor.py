"""Writing in another editor: the file it works on is handed over, watched, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from tui.state.own_file import OwnFile
from tui.terminal import external_editor
from tui.widgets.editing import refusal


class OwnEditor:
    """The learner's editor on one file.

    Args:
        screen: as long as it is there, the file is followed.
        say: called with a sentence for the learner.
        take: called with the file's text whenever it was saved.
    """

    def __init__(
        self,
        screen: Screen[Any],
        file: OwnFile,
        say: Callable[[str], None],
        take: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._file = file
        self._say = say
        self._take = take

    def take_up(self, moment: float) -> str | None:
        """Go on following a file that was made before; its text, if that was saved after a moment.

        Args:
            moment: in seconds since 1970.
        """
        text = self._saved_since(moment)
        if self._file.path.exists():
            self._follow()
        return text

    async def open(self, text: str) -> None:
        """Put the text into the file, follow the file, and start the editor on it."""
        if self._write(text):
            self._follow()
            await self._start()

    def _follow(self) -> None:
        self._screen.run_worker(self._take_saves(), group="own-editor", exclusive=True)

    def _saved_since(self, moment: float) -> str | None:
        try:
            return self._file.newer_than(moment)
        except (OSError, UnicodeDecodeError) as error:
            self._cannot("read", error)
            return None

    def _write(self, text: str) -> bool:
        try:
            self._file.write(text)
        except OSError as error:
            self._cannot("written", error)
            return False
        return True

    async def _take_saves(self) -> None:
        """Take the text whenever the file is saved, by whomever; never ends by itself."""
        try:
            async for text in self._file.saves():
                if isinstance(text, Exception):
                    self._cannot("read", text)
                else:
                    self._hand_on(text)
        except OSError as error:
            self._cannot("watched", error)

    async def _start(self) -> None:
        """Start the editor: beside the app, or in its place until it is left."""
        app = self._screen.app
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
        if self._file.has_changed and (text := self._saved_since(0.0)) is not None:
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
