"""``python -m tests.looks OUT``: every page and every place of the app, as PNG contact sheets.

Pages are seen before and after their first preset, small screens with both of their sides. Sheets
lie in OUT/SIZE/, named after their lesson, with the text of the same screens beside them.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from lessons.format import catalog
from tests.looks import pictures
from tests.looks.walk import PLACES, WATCH, draw

PICTURES = "pictures"
SIZES = ("80x24", "120x40", "200x50")


def main() -> int:
    """Draw what was asked for; several sizes at the same time."""
    # The places last: then there are earlier runs to be seen.
    known = [*(lesson.slug for lesson in catalog.lessons()), PLACES, WATCH]
    parser = argparse.ArgumentParser(prog="python -m tests.looks", description=__doc__)
    names = f"of: {', '.join(known)}; or {PICTURES}: the three of the README, into OUT/ itself"
    parser.add_argument("names", nargs="*", metavar="LESSON", help=names)
    parser.add_argument("out", type=Path, metavar="OUT/", help="where the sheets go")
    parser.add_argument("--size", action="append", help=f"columns x rows; else {', '.join(SIZES)}")
    options = parser.parse_intermixed_args()
    if options.names == [PICTURES]:
        for path in pictures.draw(options.out):
            print(path, flush=True)
        return 0
    if strange := set(options.names) - set(known):
        parser.error(f"no such lesson or place: {', '.join(sorted(strange))}")
    chosen, sizes = options.names or known, options.size or SIZES
    with ProcessPoolExecutor(len(sizes), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(draw, size, chosen, options.out) for size in sizes]
        for made in waiting:
            print(*made.result(), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
