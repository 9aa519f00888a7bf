"""``python -m tui`` is ``tocha``."""

from tui.opening import main

main()
