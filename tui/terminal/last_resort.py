"""A last resort: a process that has begun to leave is gone soon, whatever hangs in it."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

GRACE_SECONDS = 2.0
"""How long leaving may take."""

SAVING_SECONDS = 1.0
"""How long of it is kept for what was typed."""

HARD_SECONDS = 2.8
"""After this long the kernel ends the process, also in the middle of a call that never returns."""


class LastResort:
    """Ends the process hard some time after leaving began.

    Args:
        save: keeps what was typed, within a second; called in a thread, shortly before the end.
            What it returns is said when the terminal is given back.
        give_back: puts the terminal back as it was, without waiting for it.
    """

    def __init__(self, save: Callable[[], str], give_back: Callable[[], object]) -> None:
        self._save, self._give_back = save, give_back
        self._is_armed = False

    def arm(self, status: Callable[[], int]) -> None:
        """Leaving has begun; ``status`` tells the exit status at the end. Again does nothing."""
        if self._is_armed:
            return
        self._is_armed = True
        signal.setitimer(signal.ITIMER_REAL, HARD_SECONDS)
        threading.Thread(target=self._end, args=(status,), name="last resort", daemon=True).start()

    def _end(self, status: Callable[[], int]) -> None:
        over = time.monotonic() + GRACE_SECONDS
        sentence = ""
        time.sleep(GRACE_SECONDS - SAVING_SECONDS)
        try:
            sentence = self._save()
        finally:
            time.sleep(max(0.0, over - time.monotonic()))
            self._give_back()
            if sentence:
                say(f"tocha: {sentence}\n")
            os._exit(status() or (1 if sentence else 0))


def say(line: str) -> None:
    """Write on standard error, if it takes it at once: nothing may hold up the end."""
    with suppress(OSError):
        if select.select([], [2], [], 0.1)[1]:
            os.write(2, line.encode(errors="replace"))
