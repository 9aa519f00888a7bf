"""The learner's code as text: what can be read at all, and in which shape it is kept."""

from __future__ import annotations

import codecs
import io
import os
import re
import shutil
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 1 << 20
"""Longest source that is taken in: a hundred times the longest anyone writes here."""

TAB = 4
"""Columns of an indent."""


class UnreadableError(ValueError):
    """This is no source text; the message is a sentence for the learner."""


def read(path: Path) -> str:
    """The text of a file.

    Raises:
        UnreadableError: it is missing, a folder, too long, or no text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError(_too_long(path.name, path.stat().st_size))
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise UnreadableError(f"{path}: {reason}.") from error
    return decode(data, path.name)


def decode(data: bytes, name: str = "this") -> str:
    """Bytes as text with plain newlines, read in the encoding they declare (UTF-8 otherwise).

    Raises:
        UnreadableError: too long, or no text.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(_too_long(name, len(data)))
    if b"\0" in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError(f"{name} is no text: byte {data.index(0)} is zero.")
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return tidy(data.decode("utf-16"))
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return tidy(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"{name} is no text: byte {error.start} is not {error.encoding}."
        ) from error
    except SyntaxError as error:
        raise UnreadableError(f"{name} is no text: {error}.") from error


def tidy(text: str) -> str:
    """The same text with plain newlines and no byte-order mark.

    Raises:
        UnreadableError: it is too long.
    """
    if len(text) > MOST_BYTES:
        raise UnreadableError(_too_long("This", len(text)))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class File:
    """A source file as it was read, so that it can be written the way it was."""

    text: str
    encoding: str = "utf-8"
    newline: str = "\n"


def load(path: Path) -> File:
    """A file with its ways: encoding, mark, newlines.

    Raises:
        UnreadableError: as `read`.
    """
    text = read(path)
    data = path.read_bytes()[:MOST_BYTES]
    newline = "\r\n" if b"\r\n" in data else "\n"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return File(text, "utf-16", newline)
    return File(text, tokenize.detect_encoding(io.BytesIO(data).readline)[0], newline)


def store(path: Path, text: str, like: File) -> File:
    """Write a file whole or not at all, in the ways of ``like``; what is in it now.

    Raises:
        UnicodeEncodeError: the encoding it declares cannot hold the text.
        OSError: it cannot be written.
    """
    data = text.replace("\n", like.newline).encode(like.encoding)
    path = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except PermissionError:
        # The folder takes no new file, but this one may be writable.
        path.write_bytes(data)
        return File(text, like.encoding, like.newline)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        else:
            beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return File(text, like.encoding, like.newline)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def spaces(text: str) -> str:
    """Leading tabs as spaces, so that pasted code and typed code can be mixed."""
    return re.sub(r"^[ \t]+", lambda lead: lead[0].expandtabs(TAB), text, flags=re.MULTILINE)


def _too_long(name: str, size: int) -> str:
    return f"{name} has {size / 1e6:.1f} MB; source of up to {MOST_BYTES / 1e6:.0f} MB is read."
