"""``python -P -m tests.practice`` is ``tocha``, with the lessons of this folder."""

from pathlib import Path

from lessons.format import catalog
from tui.cli import main

if __name__ == "__main__":
    catalog.ROOT = Path(__file__).parent
    main()
