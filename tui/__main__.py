"""``python -m tui`` is ``tocha``."""

from tui.cli import main

main()
