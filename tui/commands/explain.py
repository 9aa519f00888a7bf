"""``tocha explain``: what a traceback from anywhere means."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import click

if TYPE_CHECKING:
    from engine.doctor import Report
    from engine.process.protocol import Explained

EXPLAINED, UNKNOWN, BAD_ARGUMENT = 0, 1, 2
"""Exit statuses."""

MOST_BYTES = 1 << 20
"""Of a log, the end that is read: what ended the program stands there."""

INDENT = 8
"""Columns of a label in front of a paragraph."""


@click.command()
@click.argument("file", default="-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain(file: Path, as_json: bool) -> None:
    """Say what a traceback means: FILE, or standard input for - or nothing.

    Reads what Python, notebooks, rich, pytest, torchrun and log files print; of several errors it
    takes the last. Of a long log the last megabyte is read. Nothing is run.

    Exit status: 0 explained, 1 no error is in it or none that is known here, 2 no such file or no
    text, 130 interrupted.

    \b
    Examples:
      python train.py 2>&1 | tocha explain
      tocha explain train.log
      tocha explain --json < train.log
    """
    try:
        text = _text(file)
    except KeyboardInterrupt:
        sys.exit(130)
    from engine import doctor

    report, explained = doctor.read(text)
    if as_json:
        click.echo(json.dumps(_object(report, explained), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(report, explained)))
    sys.exit(EXPLAINED if explained else UNKNOWN)


def _text(file: Path) -> str:
    """The end of what is to be explained; leaves when it is no text."""
    if str(file) == "-":
        if sys.stdin.isatty():
            click.echo("Paste a traceback, then press ctrl+d on a line of its own.", err=True)
        return _decoded(_end(sys.stdin.buffer), "standard input")
    try:
        with file.open("rb") as stream:
            if stream.seekable():
                stream.seek(max(0, file.stat().st_size - MOST_BYTES))
            return _decoded(_end(stream), file.name)
    except OSError as error:
        _refuse(f"{file} cannot be read: {(error.strerror or str(error)).lower()}")


def _end(stream: BinaryIO) -> bytes:
    """The last bytes of a stream of any length, in bounded memory."""
    end = b""
    while block := stream.read(MOST_BYTES):
        end = (end + block)[-MOST_BYTES:]
    return end


def _decoded(data: bytes, name: str) -> str:
    """Text in whatever encoding a terminal or a shell wrote it."""
    import codecs

    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        _refuse(f"{name} is no text: byte {data.index(0)} is zero")
    return data.decode("utf-8-sig", "replace")


def _lines(report: Report, explained: Explained | None) -> Iterator[str]:
    """The answer as a person reads it."""
    from lessons.format import catalog
    from tui.terminal.escape import escaped

    head = [escaped(line) for line in _head(report)]
    if explained is None:
        yield from head or ["There is no error in this text that could be recognised."]
        if head:
            yield ""
            yield "This one is not known here, and guessing would not help you."
            yield "The last line names the error; the failing line above it is where to look first."
        return
    yield explained.title
    yield from head
    yield ""
    yield from _wrapped(escaped(explained.says))
    if explained.fix:
        yield ""
        yield from _wrapped(escaped(explained.fix), "Fix")
    if explained.page:
        slug = explained.page.partition("/")[0]
        yield ""
        yield from _wrapped(f"{catalog.page_in_words(explained.page)} (tocha {slug})", "Read")


def _head(report: Report) -> Iterator[str]:
    """The error itself, and the line it happened in."""
    if report.names:
        first = report.message.partition("\n")[0]
        yield f"{report.names[0]}: {first}" if first else report.names[0]
    if report.context.source:
        where = f"{report.file}, line {report.context.line}: " if report.file else ""
        yield f"  {where}{report.context.source}"


def _wrapped(text: str, label: str = "") -> list[str]:
    import shutil
    import textwrap

    width = max(40, min(shutil.get_terminal_size().columns, 100))
    indent = " " * INDENT if label else ""
    return textwrap.wrap(
        text, width, initial_indent=f"{label:<{INDENT}}" if label else "", subsequent_indent=indent
    )


def _object(report: Report, explained: Explained | None) -> dict[str, object]:
    return {
        "known": explained is not None,
        "error": report.names[0] if report.names else None,
        "message": report.message if report.names else None,
        "file": report.file or None,
        "line": report.context.line or None,
        "source": report.context.source or None,
        "rule": explained.rule if explained else None,
        "title": explained.title if explained else None,
        "says": explained.says if explained else None,
        "fix": explained.fix if explained else None,
        "page": explained.page if explained else None,
    }


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"tocha: {sentence}", err=True)
    sys.exit(BAD_ARGUMENT)
