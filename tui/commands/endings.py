"""What the machine refuses a command, in one line: output that cannot be written, a limit."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from engine.process import limits
from tui.commands import streams
from tui.start import complain


@contextmanager
def said() -> Iterator[None]:
    """In this block, what a limit of this shell is behind of ends the command with status 1."""
    with streams.minded_output():
        try:
            yield
        except (OSError, MemoryError, RuntimeError) as error:
            limited = limits.of(error)
            if not limited:
                raise
            # What was under way cannot end in good order either: enough is said.
            logging.disable()
            complain(f"{error or type(error).__name__}: {limited}", status=1)
