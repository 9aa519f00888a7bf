"""Textual's Linux driver, sending only the cells that changed."""

from __future__ import annotations

import os
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.screen_diff import ScreenDiff


class ScreenDiffDriver(LinuxDriver):
    """Compares every frame with what the terminal shows. ``TOCHA_DRIVER=stock`` does without."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._diff = ScreenDiff(*self._get_terminal_size())

    def write(self, data: str) -> None:
        """Write what ``data`` changes on the terminal."""
        size = self._get_terminal_size()
        if size != (self._diff.columns, self._diff.rows):
            self._diff = ScreenDiff(*size)
        changes = self._diff.changes(data)
        if changes:
            super().write(changes)

    def forget(self) -> None:
        """Something else has written on the terminal."""
        self._diff.forget()


def chosen() -> type[LinuxDriver] | None:
    """The driver to use; None for Textual's own choice."""
    return None if os.environ.get("TOCHA_DRIVER") == "stock" else ScreenDiffDriver
