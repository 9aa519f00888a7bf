"""What Python prints of a crash in compiled code, without the frames of what ran the script."""

from __future__ import annotations

import os
import re

from engine.process.failure import OURS

BEGIN = b"  File "
"""Written in one piece: a report comes in many."""

OWN = re.compile(
    rb'^  File "(?:%s)[^"\n]*", line \d+ in [^\n]*\n'
    % b"|".join(re.escape(os.fsencode(folder)) for folder in OURS),
    re.MULTILINE,
)


class CrashReport:
    """Output on its way, without the lines that faulthandler writes of our frames."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What may go on; the beginning of a frame waits for its end."""
        data = self._held + data if self._held else data
        if BEGIN not in data:
            # A flood costs next to nothing.
            self._held = b""
            return data
        begin = data.rfind(b"\n") + 1
        self._held = data[begin:] if data.startswith(BEGIN, begin) else b""
        return OWN.sub(b"", data[: len(data) - len(self._held)])

    def rest(self) -> bytes:
        """What has waited, at the end."""
        held, self._held = self._held, b""
        return held
