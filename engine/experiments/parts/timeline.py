"""Who was busy when: a program that asks a device for work, and the device that does it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

import torch

Span = tuple[float, float]
"""From when to when, in seconds since the first request."""


class Timeline(NamedTuple):
    """What the program and the device did."""

    asked: list[Span]
    """The program, handing over one request after the other."""
    worked: list[Span]
    """The device, doing them."""
    waited: Span
    """The program, from the moment it looked at a result."""
    done: int
    """Requests that were done when the last of them had been handed over."""


def of_a_thread(work: Callable[[], object], count: int) -> Timeline:
    """A second thread plays the device: it takes request after request from a queue."""
    with ThreadPoolExecutor(1) as device:
        device.submit(work).result()
        began = perf_counter()
        asked, requests = [], []
        for _ in range(count):
            start = perf_counter() - began
            requests.append(device.submit(_spanned, work, began))
            asked.append((start, perf_counter() - began))
        done = sum(request.done() for request in requests)
        worked = [request.result() for request in requests]
        return Timeline(asked, worked, (asked[-1][1], perf_counter() - began), done)


def _spanned(work: Callable[[], object], began: float) -> Span:
    start = perf_counter() - began
    work()
    return start, perf_counter() - began


def of_cuda(work: Callable[[], object], count: int) -> Timeline:
    """A GPU keeps the time itself: an event is noted when the work before it is done."""
    work()
    torch.cuda.synchronize()
    first = torch.cuda.Event(enable_timing=True)
    first.record()
    began = perf_counter()
    asked, ends = [], []
    for _ in range(count):
        start = perf_counter() - began
        work()
        ends.append(torch.cuda.Event(enable_timing=True))
        ends[-1].record()
        asked.append((start, perf_counter() - began))
    done = sum(end.query() for end in ends)
    torch.cuda.synchronize()
    waited = (asked[-1][1], perf_counter() - began)
    seconds = [0.0, *(first.elapsed_time(end) / 1000 for end in ends)]
    return Timeline(asked, list(pairwise(seconds)), waited, done)
