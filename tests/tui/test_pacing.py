"""When a frame may be sent: on a clock of the tests' own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.pacing import MOST_UNDER_WAY, PATIENCE_SECONDS, Pacing
from tui.terminal.pastes import BEGIN, END, PATIENCE, Pastes


class Line:
    """Frames of one size on a line with a rate and a delay; each frame is asked for its arrival."""

    def __init__(self, seconds_a_frame: float, round_trip: float) -> None:
        self.pacing = Pacing()
        self.now, self.free_at = 0.0, 0.0
        self.answers: list[float] = []
        self.seconds_a_frame, self.round_trip = seconds_a_frame, round_trip
        self.waits: list[float] = []

    def pass_time(self, seconds: float, *, wanted: float = 0.05) -> None:
        """A frame is wanted every so many seconds."""
        end = self.now + seconds
        while self.now < end:
            self.now += wanted
            while self.answers and self.answers[0] <= self.now:
                self.pacing.answered(self.answers.pop(0))
            if self.pacing.may_send(self.now):
                self.send()

    def send(self) -> None:
        """A frame goes behind those that are under way."""
        self.free_at = max(self.free_at, self.now) + self.seconds_a_frame
        self.waits.append(self.free_at - self.now - self.seconds_a_frame)
        if self.pacing.asks(self.now):
            self.answers.append(self.free_at + self.round_trip)


def test_a_line_with_room_carries_every_frame() -> None:
    line = Line(seconds_a_frame=0.001, round_trip=0.3)
    line.pass_time(10)
    line.waits.clear()
    line.pass_time(10)
    assert len(line.waits) > 190
    assert line.pacing.limit == MOST_UNDER_WAY


def test_on_a_full_line_frames_do_not_wait_for_each_other() -> None:
    line = Line(seconds_a_frame=0.3, round_trip=0.4)
    line.pass_time(20)
    line.waits.clear()
    line.pass_time(20)
    assert max(line.waits) < 0.6
    assert len(line.waits) > 20, "most of what the line can carry is used"


def test_what_answers_a_key_goes_beside_the_frames() -> None:
    pacing = Pacing()
    pacing.asks(0.0)
    pacing.answered(0.4)
    pacing.asks(1.0)
    pacing.limit = 1.0
    assert not pacing.may_send(1.1)
    pacing.key(1.1)
    assert pacing.may_send(1.1)


def test_a_lost_answer_holds_nothing_up_for_long() -> None:
    pacing = Pacing()
    pacing.asks(0.0)
    pacing.answered(0.1)
    pacing.asks(1.0)
    pacing.limit = 1.0
    assert not pacing.may_send(1.5)
    at = pacing.waits_until(1.5)
    assert at is not None
    assert at <= 1.0 + PATIENCE_SECONDS
    assert pacing.may_send(at)
    pacing.asks(at)
    assert not pacing.may_send(at + 0.1)
    pacing.answered(at + 0.1)
    assert pacing.may_send(at + 0.1)


@given(st.lists(st.integers(0, 40), max_size=6), st.booleans())
def test_a_paste_is_taken_out_as_a_whole_wherever_it_is_cut(cuts: list[int], waits: bool) -> None:
    text = f"ab{BEGIN}one\ntwo\x00{END}c{BEGIN}{END}d\x1b[20~"
    pastes = Pastes(patience=2)
    places = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    parts: list[tuple[bool, str]] = []
    for start, stop in pairwise(places):
        parts += pastes.split(text[start:stop])
        parts += pastes.split("") if waits else []
    assert [part for is_paste, part in parts if is_paste] == ["one\ntwo", ""]
    assert "".join(part for is_paste, part in parts if not is_paste) == "abcd\x1b[20~"


@pytest.mark.parametrize("key", ["\x1b", "\x1b[", "\x1b[2"])
def test_what_was_no_mark_is_let_go(key: str) -> None:
    pastes = Pastes()
    assert list(pastes.split("a" + key)) == [(False, "a")]
    silences = ("".join(part for _, part in pastes.split("")) for _ in range(PATIENCE))
    assert "".join(silences) == key
    assert list(pastes.split("b")) == [(False, "b")]


def test_what_pours_in_without_brackets_is_a_paste_until_it_stops() -> None:
    pastes = Pastes()
    code = "for i in range(3):\r    print(i)\r" * 20
    assert list(pastes.split(code)) == []
    assert list(pastes.split("x = 1\r")) == []
    assert list(pastes.split("")) == [(True, code + "x = 1\r"), (False, "")]
    assert list(pastes.split("q")) == [(False, "q")]
    assert list(pastes.split(code)) == []
    assert list(pastes.split("\x1b[A")) == [(True, code), (False, "\x1b[A")]


@pytest.mark.parametrize("typed", ["j" * 4000, "\x1b[A\x1b[B" * 500, "hello, world"])
def test_keys_held_down_or_typed_ahead_are_keys(typed: str) -> None:
    assert list(Pastes().split(typed)) == [(False, typed)]
