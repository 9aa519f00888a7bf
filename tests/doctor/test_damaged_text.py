"""Texts with accidents: an explanation or none, and never an exception of our own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import doctor
from engine.doctor.traceback_text import reports
from tests.commands.test_explain import WRITTEN
from tests.damaged import STRANGE, damaged
from tests.doctor import test_traceback_text
from tui.commands.explain import _lines

TEXTS = [
    WRITTEN,
    *(
        value
        for value in vars(test_traceback_text).values()
        if isinstance(value, str) and "Error" in value
    ),
]
MARKS = [
    "    ^^^^", "  File ", "Traceback (most recent call last):\n", "E   ", "  | ", "----> 4 ",
    "During handling of the above exception, another exception occurred:\n",
    "+-+---------------- 1 ----------------\n", ", line 99999999999999999999", "ValueError: no\n",
]  # fmt: skip
PIECES = st.lists(st.sampled_from([*STRANGE, *MARKS, "x"])).map("".join)


@settings(max_examples=200, deadline=None)
@given(damaged(TEXTS, [*STRANGE, *MARKS]) | PIECES)
def test_any_text_is_answered(text: str) -> None:
    for report in reports(text):
        assert isinstance(report.message, str)
    assert all(isinstance(line, str) for line in _lines(*doctor.read(text)))
