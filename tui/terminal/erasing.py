"""Whether a terminal erases cells in the colour it writes in, as far as its description says."""

from __future__ import annotations

import os


def erases_in_color(fd: int) -> bool:
    """Whether the terminal of ``$TERM`` does (bce), and erases any number of cells (ech)."""
    if "STY" in os.environ:
        # GNU screen, whatever it says it is, erases in the terminal's own colour.
        return False
    try:
        import curses

        curses.setupterm(fd=fd)
        return curses.tigetflag("bce") == 1 and bool(curses.tigetstr("ech"))
    except (ImportError, OSError, ValueError):
        return False
    except curses.error:
        # A terminal that this machine has no description of.
        return False
