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
    """How long ``work`` takes: one call to warm up, then the median and quartiles of the rest."""
    device = device or torch.device("cpu")
    work()
    synchronise(device)
    seconds = [_measured(work, device) for _ in range(repeats)]
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Times(median, low, high)


def _measured(work: Callable[[], object], device: torch.device, least: float = 0.002) -> float:
    """Seconds a call. Short work is called again until the clock's own cost no longer counts."""
    began, done, calls = perf_counter(), 0, 1
    while True:
        for _ in range(calls):
            work()
        synchronise(device)
        done += calls
        spent = perf_counter() - began
        if spent >= least:
            return spent / done
        calls = done
