"""``python -m tests.bench``: every figure that decides, as one table.

Each module of this folder with a function ``rows(short)`` adds its own. Figures are ratios within
one run where they can be; a time alone says as much about the machine as about Tocha.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.bench.row import Failed, Row

HEAD = f"{'figure':<66} {'measured':>12} {'target':>14}"


def topics() -> list[str]:
    """Modules of this folder that measure something."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [
        file.stem
        for file in files
        if file.stem != "__main__" and "def rows(" in file.read_text(encoding="utf-8")
    ]


def measured(names: list[str], *, short: bool) -> Iterator[Row | Failed]:
    """The rows of these modules, as they come; one that fails takes only its own along."""
    for name in names:
        try:
            yield from import_module(f"tests.bench.{name}").rows(short=short)
        except Exception as error:
            traceback.print_exc()
            yield Failed(name, f"{type(error).__name__}: {error}")


def line(row: Row | Failed) -> str:
    """A row of the table."""
    if isinstance(row, Failed):
        return f"{row.topic}: FAILED, what is missing could not be taken: {row.why.splitlines()[0]}"
    value = f"{row.value:.3g} {row.unit}"
    if row.target is None:
        return f"{row.what:<66} {value:>12}"
    target = f"{'≥' if row.least else '≤'} {row.target:g} {row.unit}"
    return f"{row.what:<66} {value:>12} {target:>14}  {'ok' if row.holds else 'MISSED'}"


def main() -> int:
    """Print the table; the exit status is 1 when a figure could not be taken.

    What the figures say does not matter to it: no time decides a test.
    """
    known = topics()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("topic", nargs="*", default=known, help=f"of: {', '.join(known)}")
    parser.add_argument("--short", action="store_true", help="only see that everything works")
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    if not options.json:
        print(HEAD, flush=True)
    status = 0
    for row in measured(options.topic, short=options.short):
        print(as_json(row) if options.json else line(row), flush=True)
        status |= isinstance(row, Failed)
    return status


def as_json(row: Row | Failed) -> str:
    """A row as one object."""
    shown = {name: getattr(row, name) for name in row.__slots__}
    return json.dumps(shown | ({"holds": row.holds} if isinstance(row, Row) else {}))


if __name__ == "__main__":
    sys.exit(main())
