"""Devices: where the numbers live."""

from __future__ import annotations

import torch


def pick(device: str = "auto") -> torch.device:
    """The device of that name; "auto" is the accelerator if this machine has one, else the CPU."""
    if device != "auto":
        return torch.device(device)
    accelerator = (
        torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    )
    return accelerator or torch.device("cpu")
