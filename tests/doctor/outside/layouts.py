"""How a traceback looks where it is copied from: a log, a quoted mail, Windows."""

from __future__ import annotations

import re
from collections.abc import Callable

TIME = "2026-03-01 09:13:22,101 ERROR train: "


def _windows(text: str) -> str:
    """Paths with a drive and backslashes."""

    def path(match: re.Match[str]) -> str:
        inside = match[1].replace("/home/mira", "C:\\Users\\mira").replace("/usr", "C:\\Python311")
        return 'File "' + inside.replace("/", "\\") + '"'

    return re.sub(r'File "([^"]+)"', path, text)


def _log(text: str) -> str:
    """Every line behind a time and a level."""
    return "".join(f"{TIME}{line}\n" for line in text.splitlines())


def _quoted(text: str) -> str:
    """As in a mail, set in."""
    return "".join(f">   {line}\n" for line in text.splitlines())


def _composed(text: str) -> str:
    """As ``docker compose logs`` prints it."""
    return "".join(f"trainer-1  | {line}\n" for line in text.splitlines())


DRESSES: dict[str, Callable[[str], str]] = {
    "windows": _windows,
    "log": _log,
    "quoted": _quoted,
    "compose": _composed,
}


def dressed(text: str, layout: str) -> str:
    """The traceback in a layout; as it is where the layout is of the program that printed it."""
    return DRESSES.get(layout, str)(text)
