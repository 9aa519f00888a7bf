"""Everything that can be said survives being written and read."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from engine import views
from engine.process import protocol, stops
from engine.process.framing import MAX_LINE, Lines
from engine.process.protocol import Experiment, Frame, Result, Shown, TooLongError
from tests.damaged import STRANGE, damaged

WAVE = np.sin(np.arange(5.0))

COMMANDS = [
    protocol.Start(1, job=Experiment("training", "fit", {"lr": 0.1, "activation": "Tanh"})),
    protocol.Start(2, job=Experiment("a", "b"), seed=7, fps=0.0, paused=True, pace=80.0),
    protocol.Start(
        3,
        job=protocol.Check(
            "x = 1\n", "walk.py", "def proof(code): ...\n", {"proof": "It is"}, seconds=2.0
        ),
    ),
    protocol.Start(4, job=protocol.Script("x = 1\n", "a.py", 9.0, "mps")),
    protocol.Stop(1),
    protocol.Pause(1),
    protocol.Resume(1),
    protocol.Walk(1, to="pass"),
    protocol.Step(1),
    protocol.Turn(1, name="lr", value=0.5),
]

STOP = stops.Stop(
    7,
    3,
    "train",
    names=[stops.Seen("w", "Tensor", shape=[2], dtype="float32", grid=[[1.5, "nan"]], grad=[])],
    arrived=[stops.Arrived("Mul", "", stops.Corner([]), [None, stops.Corner([1], [[0.5]])])],
    updated=[stops.Updated("w", [1], "SGD", 1.0, 2.0, "inf", formula=["w = 1 − 2"])],
    error="ValueError: no",
)

EVENTS = [
    protocol.Ready(torch="2.13.0", seconds=1.5),
    protocol.RunStarted(1, pid=42),
    protocol.Samples(1, name="loss", steps=np.arange(5), values=WAVE),
    protocol.Samples(1, name="loss", steps=np.arange(5), values=WAVE, low=WAVE - 1, high=WAVE + 1),
    protocol.Printed(1, text="ünd\x1b[31m\x00\n", lost=3),
    protocol.Paused(1, step=9),
    protocol.Resumed(1),
    protocol.Verdict(1, results=[Result("fresh", "Fresh", "failed", "stale", "No.", 0.1)]),
    protocol.Explained(1, rule="shape", title="Shapes", says="They differ.", page="tensors/views"),
    protocol.Finding(1, rule="stale", title="Stale", says="It grew.", fix="zero_grad", step=3),
    protocol.Noted(1, about="loss", text="mean of 4"),
    protocol.RunFinished(1, final={"loss": 0.5, "bad": None}, steps=3, seconds=0.1),
    protocol.RunStopped(1, final={}, steps=0, seconds=0.0),
    protocol.RunFailed(
        1, error="ValueError", message="no", frames=[Frame("a.py", 3, "f", "raise")]
    ),
    protocol.RunDied(1, reason="crashed (SIGSEGV)", signal=11),
    protocol.RunDied(1, reason="left without a word", exit_code=3),
    protocol.Stopped(1, stop=STOP, held=True),
    protocol.RunUnavailable(1, reason="This takes a GPU. Here is none."),
    protocol.Refused(message="what?"),
]

VIEWS = [
    views.Progress(3, 10, "batch"),
    views.Scatter(WAVE, WAVE, group="validation"),
    views.Line(WAVE, WAVE, name="slope", plot="other"),
    views.Heatmap(np.eye(3), (0.0, 1.0), (-1.0, 1.0), log=True),
    views.Path(WAVE, WAVE),
    views.Mark(0.5, 1.5, "start"),
    views.Walker(np.float64(1.0), np.float64(2.0), np.float64(-1.0)),
    views.Bars(["a", "b"], np.array([1.0, -2.0]), unit="ms"),
    views.Grid(np.zeros((2, 3, 4)), note="a batch"),
    views.Graph([views.Node("a", "x", "2", kind="leaf", active=True)], [("a", "b")]),
    views.Network([1, 2], [np.ones((2, 1))], ["x"]),
    views.Table(["op", "time [ms]"], [["add", 1.5, None, 3]]),
    views.Text("here"),
    views.Code("x = 1\n", 1),
]


def same(a: Any, b: Any) -> bool:
    """Equal in value, arrays in shape and kind of number too; NaN equals NaN."""
    if isinstance(a, np.ndarray | np.generic) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        kinds = (a.dtype, a.shape) == (b.dtype, b.shape)
        return kinds and bool(a.tobytes() == b.tobytes())
    if isinstance(a, msgspec.Struct):
        return type(a) is type(b) and all(
            same(getattr(a, name), getattr(b, name)) for name in a.__struct_fields__
        )
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_commands_arrive_as_they_were_sent(command: protocol.Command) -> None:
    line = protocol.encode(command)
    assert line.count(b"\n") == 1
    assert protocol.decode_command(line) == command


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_events_arrive_as_they_were_sent(event: protocol.Event) -> None:
    line = protocol.encode(event)
    assert line.count(b"\n") == 1
    assert same(protocol.decode_event(line), event)


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: type(v).__name__)
def test_views_arrive_as_they_were_shown(view: views.AnyView) -> None:
    event = protocol.decode_event(protocol.encode(Shown(1, view=view)))
    assert isinstance(event, Shown)
    assert same(event.view, view)
    assert event.view.key == view.key


def test_no_kind_is_left_out_above() -> None:
    def kinds(union: Any) -> set[type]:
        return set(union.__args__)

    assert {type(command) for command in COMMANDS} == kinds(protocol.AnyCommand)
    assert {type(event) for event in EVENTS} | {Shown} == kinds(protocol.AnyEvent)
    jobs = {type(command.job) for command in COMMANDS if isinstance(command, protocol.Start)}
    assert jobs == kinds(protocol.AnyJob)
    assert {type(view) for view in VIEWS} == kinds(views.AnyView)


@given(
    arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.bool_, np.uint8]),
        array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
def test_arrays_of_any_kind_and_shape_arrive(values: np.ndarray[Any, Any]) -> None:
    event = protocol.decode_event(protocol.encode(Shown(1, view=views.Grid(values))))
    assert isinstance(event, Shown)
    assert isinstance(event.view, views.Grid)
    assert same(event.view.values, values)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([1.5, torch.nan, torch.inf, -torch.inf]),
        torch.ones(2, 3, dtype=torch.bfloat16),
        torch.ones(3, requires_grad=True),
        torch.arange(6).reshape(2, 3).T,
        torch.tensor([True, False]),
        torch.nn.Parameter(torch.zeros(0, 4)),
        torch.tensor(2.5),
    ],
    ids=["not-finite", "bfloat16", "needs-grad", "transposed", "bool", "empty", "scalar"],
)
def test_tensors_arrive_as_arrays(tensor: torch.Tensor) -> None:
    event = protocol.decode_event(protocol.encode(Shown(1, view=views.Grid(tensor))))
    assert isinstance(event, Shown)
    assert isinstance(event.view, views.Grid)
    expected = tensor.detach()
    expected = expected.float() if tensor.dtype is torch.bfloat16 else expected
    np.testing.assert_array_equal(event.view.values, expected.numpy())


def test_lists_of_a_hand_written_recording_are_read() -> None:
    line = b'{"type":"scalars","run_id":3,"name":"loss","steps":[1,2],"values":[0.5,0.25]}'
    event = protocol.decode_event(line)
    assert isinstance(event, protocol.Samples)
    assert event.values.tolist() == [0.5, 0.25]


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"invented_tomorrow","run_id":1}',
        b'{"type":"shown","run_id":1,"view":{"type":"hologram"}}',
        b'{"type":"run_started"}',
        b"not json",
        b"[]",
        b"\xff\xfe",
    ],
)
def test_what_is_not_understood_is_ignored(line: bytes) -> None:
    assert protocol.decode_event(line) is None


def test_fields_of_a_newer_writer_are_ignored() -> None:
    line = b'{"type":"paused","run_id":1,"step":2,"mood":"calm"}'
    assert protocol.decode_event(line) == protocol.Paused(1, step=2)


def test_a_command_that_is_none_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        protocol.decode_command(b'{"type":"dance","run_id":1}')


def test_objects_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(TypeError, match="cannot show"):
        protocol.encode(Shown(1, view=views.Grid(object())))


def test_a_line_over_the_limit_is_refused() -> None:
    huge = views.Grid(np.zeros(MAX_LINE // 8))
    with pytest.raises(TooLongError, match="Shown"):
        protocol.encode(Shown(1, view=huge))


@given(st.lists(st.binary(min_size=1).filter(lambda b: b"\n" not in b)), st.integers(1, 7))
def test_lines_are_found_however_they_are_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cutter = Lines()
    found = [
        line for at in range(0, len(stream), size) for line in cutter.feed(stream[at : at + size])
    ]
    assert found == lines


def test_an_over_long_line_is_dropped_and_the_next_is_read() -> None:
    cutter = Lines()
    found: list[bytes] = []
    for _ in range(6):
        found += cutter.feed(b"x" * (1 << 20))
    found += cutter.feed(b"x\nnext\n")
    assert found == [b"next"]


def test_an_over_long_line_that_comes_in_one_piece_is_dropped() -> None:
    long = b"x" * (MAX_LINE + 1)
    assert list(Lines().feed(b"before\n" + long + b"\nnext\n")) == [b"before", b"next"]


@pytest.mark.parametrize(("value", "said"), [(1.5, 1.5), (math.nan, None), (-math.inf, None)])
def test_json_says_nothing_for_numbers_it_does_not_know(value: float, said: float | None) -> None:
    assert protocol.finite_or_none(value) == said


@settings(max_examples=300, deadline=None)
@given(
    damaged(
        [protocol.encode(one).decode() for one in COMMANDS]
        + [protocol.encode(one).decode() for one in EVENTS],
        [*STRANGE, "null", "-1", "1e400", "[[[[", '"type":', "99999999999999999999"],
    )
)
def test_a_damaged_line_is_something_or_nothing(text: str) -> None:
    line = text.encode("utf-8", "surrogatepass").replace(b"\n", b"")
    event = protocol.decode_event(line)
    assert event is None or same(protocol.decode_event(protocol.encode(event)), event)
    with suppress(msgspec.DecodeError):
        protocol.decode_command(line)
