"""The table: every script, plain and watched."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from tests.watch.corpus import comparing
from tests.watch.corpus.comparing import SCRIPTS, Compared

COLUMNS = ("output", "status", "chance", "weights", "loss", "findings")


def line(row: Compared) -> str:
    """A row of the table."""
    marks = "".join(f"{'no' if getattr(row, each) else 'ok':>9}" for each in COLUMNS)
    return f"{row.name:<26}{marks}"


def main() -> int:
    """Print the table; the exit status is 1 when something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.watch.corpus", description=__doc__)
    parser.add_argument("script", nargs="*", help="names of the corpus, or files; all otherwise")
    parser.add_argument("--python", default=sys.executable, help="another interpreter")
    options = parser.parse_args()
    # In the background of a shell it is ignored, and every script would find it so or not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print(f"{'script':<26}" + "".join(f"{each:>9}" for each in COLUMNS), flush=True)
    bad = 0
    for name in options.script or comparing.names():
        file = Path(name) if name.endswith(".py") else SCRIPTS / f"{name}.py"
        plain = comparing.plain(file, (options.python,))
        watched = comparing.watched(file, python=options.python)
        row = comparing.compared(file.stem, plain, watched)
        bad += not row.is_well
        print(line(row), flush=True)
        for each in COLUMNS:
            if getattr(row, each):
                print(f"    {each}: {getattr(row, each)[:300]}", flush=True)
        for each in watched.noted:
            print(f"    ({each})", flush=True)
    print(f"{bad} differ", flush=True)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
