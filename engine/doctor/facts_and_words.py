"""Facts of rules and faults, each joined with its words from the file beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

LANGUAGE = "en"


def joined(file: Path, table: str) -> list[dict[str, Any]]:
    """The entries ``[[table]]`` of a file in their order, each with the words of its ``id``.

    Raises:
        LookupError: words of an entry are missing, wholly or in part; says where and which.
    """
    words_file = file.with_suffix(f".{LANGUAGE}.toml")
    words = _read(words_file) if words_file.exists() else {}
    return [
        {**fact, **_words(words_file, words, fact["id"])} for fact in _read(file).get(table, [])
    ]


def _words(file: Path, words: dict[str, Any], key: str) -> dict[str, Any]:
    missing = [name for name in ("title", "says", "fix") if name not in words.get(key, {})]
    if missing:
        raise LookupError(f"{file} lacks words: [{key}] needs {', '.join(missing)}.")
    found: dict[str, Any] = words[key]
    return found


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
