"""Terminals without colours, by their names; imports nothing of Textual."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = re.compile(r"dumb|vt(?:52|[1-4]\d\d)(?:-.*)?|.+-(?:m|mono)")
"""What TERM says on terminals that have no colours."""


def is_colorless(environ: Mapping[str, str]) -> bool:
    """Whether no colour is wanted here, or none can be shown."""
    if environ.get("NO_COLOR"):
        return True
    return not environ.get("COLORTERM") and bool(NAMES.fullmatch(environ.get("TERM", "")))


def told(environ: Mapping[str, str]) -> dict[str, str]:
    """The same variables, with ``NO_COLOR`` where it is right: what draws looks at that alone."""
    kept = {name: value for name, value in environ.items() if name != "NO_COLOR"}
    return kept | {"NO_COLOR": "1"} if is_colorless(environ) else kept
