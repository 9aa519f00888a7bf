"""The command ``tocha``, installed as a module of that name: no project has another of it.

Projects have packages called ``engine`` or ``tui`` too, and ``PYTHONPATH`` may name their folder
before ours. So ours is put in front before the first of our packages is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path

OURS = ("tui/cli.py", "engine/watch/keeper.py", "lessons/format/catalog.py")
"""Files that only our folder has all of."""


def main() -> None:
    """Find ourselves, and run the command line."""
    for folder in list(sys.path):
        if all((Path(folder) / file).is_file() for file in OURS):
            sys.path.insert(0, str(Path(folder).resolve()))
            break
    from tui.opening import main as command

    command()


if __name__ == "__main__":
    main()
