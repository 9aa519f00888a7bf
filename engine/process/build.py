"""Which build of PyTorch this is, and what it can use here: as a record, without torch."""

from __future__ import annotations

from typing import Literal

import msgspec

Gpu = Literal["not built", "no driver", "old driver", "no device", "broken", "ready"]
"""How it stands with CUDA (or ROCm, which PyTorch calls by the same name): the build has none, the
machine has no driver for it, the driver is too old or shows no device, it does not start, it can be
used."""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """A build of PyTorch on a machine."""

    torch: str
    """Its version, "2.13.0+cpu"."""
    platform: str = ""
    """What its GPU code was built for, "CUDA 12.4"; empty when it has none."""
    gpu: Gpu = "not built"
    accelerator: str = ""
    """What `torch.accelerator` names, whether it can be used or not; empty when it names none."""
    named_tensors: bool = False
    """Whether dimensions can have names: 2.9 has that experiment still, 2.13 has it no more."""
    mps: bool = False
    """Whether Apple's GPU can be used."""


class Unavailable(Exception):
    """A job needs what this build or this machine does not have; the message says what is here."""
