"""The classes a lesson's screen has by its size: what stands beside what."""

from __future__ import annotations

from tui.screens.page_screen import NARROW, TALL, WIDE

WITH_CODE, BROAD = 150, 180
"""Columns from which the code stands beside the pictures, and everything has air."""

HIGH = 36
"""Rows from which a held run's code has room under its pictures."""

COLUMNS = [
    (0, "-tiny"),
    (NARROW, "-narrow"),
    (WIDE, "-wide"),
    (WITH_CODE, "-with-code"),
    (BROAD, "-broad"),
]
ROWS = [(0, "-flat"), (TALL, "-tall"), (HIGH, "-high")]
