"""Honest timings: warmed up, synchronised, repeated, and reported with their spread."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import torch


class Times(NamedTuple):
    """Seconds: the middle one, and the middle half of all of them."""

    median: float
    low: float
    high: float


def synchronise(device: torch.device) -> None:
    """Wait until the device has done everything it was asked for; the CPU always has."""
    if device.type == "cpu":
        return
    backend = getattr(torch, device.type)
    backend.synchronize()


def timed(
    work: Callable[[], object], device: torch.device | None = None, repeats: int = 7
) -> Times:
    """How long ``work`` takes: one call to warm up, then the median and quartiles of the rest.

    Short work is called several times a measurement, so that the clock's own cost is small.
    """
    device = device or torch.device("cpu")
    work()
    synchronise(device)
    calls = max(1, int(0.002 / max(_once(work, 1, device), 1e-7)))
    seconds = [_once(work, calls, device) for _ in range(repeats)]
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Times(median, low, high)


def _once(work: Callable[[], object], calls: int, device: torch.device) -> float:
    began = perf_counter()
    for _ in range(calls):
        work()
    synchronise(device)
    return (perf_counter() - began) / calls
