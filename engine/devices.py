"""Devices: where the numbers live."""

from __future__ import annotations

import os

import torch

from engine.views import Experiment, Text


def pick(device: str = "auto") -> torch.device:
    """The device of that name; "auto" is the accelerator if this machine has one, else the CPU."""
    if device != "auto":
        return torch.device(device)
    accelerator = (
        torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    )
    return accelerator or torch.device("cpu")


def summary() -> Experiment:
    """One line about where the numbers can live on this machine."""
    if not torch.accelerator.is_available():
        yield Text(f"cpu, {os.cpu_count()} cores")
    elif torch.cuda.is_available():
        names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        yield Text(", ".join(f"cuda:{index} {name}" for index, name in enumerate(names)))
    else:
        yield Text(str(torch.accelerator.current_accelerator()))
