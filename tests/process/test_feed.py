"""No scalar is lost, of other views the newest counts, and a slow reader costs nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from engine.process.feed import BUCKETS, MOST_VALUES, Batch, Feed
from engine.process.framing import Lines
from engine.process.outbox import Outbox
from engine.process.protocol import AnyEvent, Paused, Printed, Samples, Shown, decode_event
from engine.views import Line, Progress, Scalars, Scatter, Text

NEVER = 1e-9
"""Frames a second: after the first frame none is due."""


class Listener:
    """The reading end of a feed."""

    def __init__(self) -> None:
        self.fd, writer = os.pipe()
        os.set_blocking(self.fd, False)
        self.outbox = Outbox(writer)
        self._lines = Lines()

    def heard(self) -> list[AnyEvent]:
        """What has been sent since the last call."""
        events: list[AnyEvent] = []
        while True:
            try:
                data = os.read(self.fd, 1 << 20)
            except BlockingIOError:
                if not len(self.outbox):
                    return events
                self.outbox.pump()
                continue
            events += [event for line in self._lines.feed(data) if (event := decode_event(line))]

    def scalars(self) -> dict[str, Samples]:
        """The scalars among it, by name."""
        return {event.name: event for event in self.heard() if isinstance(event, Samples)}

    def close(self) -> None:
        """Close both ends."""
        os.close(self.fd)
        os.close(self.outbox.fd)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def opened(listener: Listener, fps: float = NEVER) -> Feed:
    """A feed whose first frame has gone."""
    feed = Feed(1, listener.outbox, fps)
    feed.take(Text("first"))
    listener.heard()
    return feed


def test_the_first_view_is_a_frame_at_once(listener: Listener) -> None:
    Feed(1, listener.outbox, NEVER).take(Scalars(1, loss=0.5))
    assert listener.scalars()["loss"].values.tolist() == [0.5]


def test_scalars_between_two_frames_arrive_together_and_in_order(listener: Listener) -> None:
    feed = opened(listener)
    for step in range(100):
        feed.take(Scalars(step, loss=step / 4, lr=0.1))
    assert listener.heard() == []
    feed.flush()
    scalars = listener.scalars()
    assert scalars["loss"].steps.tolist() == list(range(100))
    assert scalars["loss"].values.tolist() == [step / 4 for step in range(100)]
    assert scalars["lr"].values.tolist() == [0.1] * 100


def test_of_other_views_the_newest_of_each_key_arrives(listener: Listener) -> None:
    feed = opened(listener)
    for n in range(5):
        feed.take(Line([n], [n]))
        feed.take(Line([n], [n], name="other"))
        feed.take(Scatter([n], [n]))
        feed.take(Progress(n, 5))
    feed.flush()
    views = [event.view for event in listener.heard() if isinstance(event, Shown)]
    assert [view.key for view in views] == [
        ("fit", "fit"),
        ("fit", "other"),
        ("fit", "data"),
        ("", ""),
    ]
    assert all(float(np.ravel(getattr(view, "x", 4))[0]) == 4 for view in views)
    assert views[-1] == Progress(4, 5)


def test_every_view_is_a_frame_when_no_rate_is_set(listener: Listener) -> None:
    feed = opened(listener, fps=0)
    for step in range(3):
        feed.take(Scalars(step, loss=1.0))
    assert [e.steps.tolist() for e in listener.heard() if isinstance(e, Samples)] == [[0], [1], [2]]


def test_many_values_fold_into_buckets_that_keep_extremes_order_and_mean(
    listener: Listener,
) -> None:
    feed = opened(listener)
    values = np.random.default_rng(0).normal(size=10 * MOST_VALUES + 17)
    for step, value in enumerate(values.tolist()):
        feed.take(Scalars(step, loss=value))
    feed.flush()
    folded = listener.scalars()["loss"]
    assert len(folded.steps) == BUCKETS
    assert np.all(np.diff(folded.steps) > 0)
    assert folded.steps[-1] == len(values) - 1
    assert folded.low is not None
    assert folded.high is not None
    assert (folded.low.min(), folded.high.max()) == (values.min(), values.max())
    assert np.all((folded.low <= folded.values) & (folded.values <= folded.high))
    widths = np.diff(folded.steps, prepend=-1)
    np.testing.assert_allclose((folded.values * widths).sum(), values.sum(), rtol=1e-9)
    assert feed.steps == len(values)
    assert feed.closing() == {"loss": values[-1]}


def test_the_values_after_a_folded_frame_arrive_one_by_one(listener: Listener) -> None:
    feed = opened(listener)
    for step in range(MOST_VALUES + 1):
        feed.take(Scalars(step, loss=1.0))
    feed.flush()
    listener.heard()
    feed.take(Scalars(9999, loss=2.0))
    feed.flush()
    assert listener.scalars()["loss"].steps.tolist() == [9999]


def test_a_reader_that_falls_behind_gets_fewer_frames_and_every_scalar(listener: Listener) -> None:
    feed = opened(listener, fps=0)
    picture = np.zeros(20_000)
    for step in range(1000):
        feed.take(Scalars(step, loss=float(step)))
        feed.take(Line(picture + step, picture))
    assert len(listener.outbox) < 4 * picture.nbytes
    feed.flush()
    events = listener.heard()
    steps = np.concatenate([event.steps for event in events if isinstance(event, Samples)])
    assert steps.tolist() == list(range(1000))
    lines = [event.view for event in events if isinstance(event, Shown)]
    assert len(lines) < 20
    assert isinstance(lines[-1], Line)
    assert lines[-1].x[0] == 999


class Elsewhere(torch.Tensor):
    """Stands in for a tensor on an accelerator: reading one value of it would stop the device."""

    is_cpu = False

    def item(self) -> float:
        raise AssertionError("a step waited for the device")


def elsewhere(value: float) -> Elsewhere:
    return torch.tensor(value, requires_grad=True).as_subclass(Elsewhere)


def test_values_on_an_accelerator_stay_there_until_the_frame(listener: Listener) -> None:
    feed = opened(listener)
    for step in range(10):
        feed.take(Scalars(step, loss=elsewhere(step / 2), lr=0.1))
    assert feed.final == {}
    feed.flush()
    scalars = listener.scalars()
    assert scalars["loss"].values.tolist() == [step / 2 for step in range(10)]
    assert feed.closing() == {"loss": 4.5, "lr": 0.1}


def test_a_value_on_an_accelerator_is_kept_as_it_was(listener: Listener) -> None:
    feed = opened(listener)
    weight = torch.ones(1).as_subclass(Elsewhere)
    for step in range(3):
        feed.take(Scalars(step, weight=weight))
        weight.mul_(2)
    feed.flush()
    assert listener.scalars()["weight"].values.tolist() == [1.0, 2.0, 4.0]


def test_a_batch_bounds_what_it_keeps_of_an_accelerator() -> None:
    batch = Batch()
    for step in range(3 * MOST_VALUES):
        batch.take(step, elsewhere(1.0))
    assert len(batch.values) < MOST_VALUES


def test_numbers_json_does_not_know_arrive_and_close_as_none(listener: Listener) -> None:
    feed = opened(listener)
    feed.take(Scalars(1, loss=float("nan"), up=torch.tensor(torch.inf)))
    feed.flush()
    scalars = listener.scalars()
    assert np.isnan(scalars["loss"].values).all()
    assert np.isposinf(scalars["up"].values).all()
    assert feed.closing() == {"loss": None, "up": None}


def test_a_view_too_large_for_a_line_is_said_and_not_sent(listener: Listener) -> None:
    feed = opened(listener)
    feed.take(Line(np.zeros(1_000_000), np.zeros(1_000_000)))
    feed.take(Text("small"))
    feed.flush()
    notice, small = listener.heard()
    assert isinstance(notice, Printed)
    assert "not shown" in notice.text
    assert isinstance(small, Shown)


def test_the_last_event_comes_after_everything_else(listener: Listener) -> None:
    feed = opened(listener)
    feed.take(Scalars(1, loss=0.25))
    feed.take(Text("end"))
    feed.finish(Paused(1, step=1), seconds=1.0)
    assert [type(event) for event in listener.heard()] == [Samples, Shown, Paused]


def test_steps_count_the_scalar_seen_most_often(listener: Listener) -> None:
    feed = opened(listener)
    for step in range(10):
        feed.take(Scalars(step, loss=1.0))
    feed.take(Scalars(10, mse=1.0))
    assert feed.steps == 10
