import torch

from engine.experiments.parts.timing import timed


def test_short_work_is_called_often_and_long_work_once_a_measurement() -> None:
    calls = []
    short = timed(lambda: calls.append(1), repeats=3)
    assert len(calls) > 100
    assert 0 < short.low <= short.median <= short.high

    large = torch.rand(700, 700)
    long_calls = []

    def work() -> None:
        long_calls.append(1)
        for _ in range(3):
            large @ large

    longer = timed(work, repeats=3)
    assert longer.median > short.median
    assert len(long_calls) < len(calls)
