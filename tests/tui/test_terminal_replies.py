"""Whatever a terminal replies, in whatever pieces it comes: messages, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tui.terminal.pastes import BEGIN, END, Pastes
from tui.terminal.typed import Typed

REPLIES = [
    "\x1b[12;40R", "\x1b[?2026;2$p", "\x1b[?2048;0$p", "\x1b[48;24;80;480;640t", "\x1b[?1u",
    "\x1b[?62;22c", "\x1b]11;rgb:1212/1010/0e0e\x1b\\", "\x1bP>|tmux 3.4\x1b\\", "\x1b[I", "\x1b[O",
    "\x1b[<35;10;20M", "\x1b[<0;-1;0m", "\x1b[1;2R", "\x1b[27;5;13~", "\x1bOP", "\x1b[", "\x1b",
    "\x1b[200", BEGIN, END, "\x1b[99999999999999999999;1R", "\x1b[57441;1:3u", "\x1b[97;5u",
    "é漢", "q", "\0", "\x7f", "\ud800",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*REPLIES, ""]), max_size=12), st.integers(1, 40))
def test_whatever_comes_the_next_key_is_a_key(replies: list[str], size: int) -> None:
    typed, pastes = Typed(), Pastes()
    text = "".join(replies)
    for start in range(0, len(text), size):
        for is_paste, part in pastes.split(text[start : start + size]):
            if not is_paste and part:
                assert all(isinstance(one, Message) for one in typed.feed(part))
    list(typed.feed("".join(part for is_paste, part in pastes.split(END) if not is_paste)))
    # Whatever was left open ends with a sequence that means nothing.
    list(typed.feed("\x1b[201~\x1b[I"))
    assert [one.key for one in typed.feed("j") if isinstance(one, events.Key)] == ["j"]


@pytest.mark.parametrize(
    "reply", ["\x1b[57441;1:3u", "\x1b[99999999u", "\x1b[1;99999999999999999999u"]
)
def test_what_textual_raises_at_is_passed_over(reply: str) -> None:
    found = Typed().feed(f"a{reply}b\x1b[Ac")
    keys = [one.key for one in found if isinstance(one, events.Key)]
    assert (keys[0], keys[-3:]) == ("a", ["b", "up", "c"])
