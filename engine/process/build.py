"""Which build of PyTorch this is, and what it can use on this machine.

Asking starts CUDA where there is one, so only a run asks. torch is imported by the asking.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Literal

import msgspec

DRIVER = "libcuda.so.1"
"""NVIDIA's driver, as every program of CUDA finds it."""

NO_DEVICE = 100
"""What the driver answers when it sees no GPU: CUDA_ERROR_NO_DEVICE."""

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


def this_build() -> Build:
    """The build that is imported here, on this machine."""
    import torch

    cuda, hip = torch.version.cuda, torch.version.hip
    return Build(
        torch=str(torch.__version__),
        platform=f"CUDA {cuda}" if cuda else f"ROCm {hip}" if hip else "",
        gpu=_gpu(),
        accelerator=_accelerator(),
        named_tensors=hasattr(torch.Tensor, "refine_names"),
        mps=torch.backends.mps.is_available(),
    )


def _gpu() -> Gpu:
    import torch

    if torch.cuda.is_available():
        return "ready"
    if torch.version.hip:
        return "no device"
    return _driver(torch.version.cuda) if torch.version.cuda else "not built"


def _driver(wanted: str) -> Gpu:
    """Why a build for this version of CUDA cannot use it, asked of the driver itself.

    Not of torch: its words for it change. A driver serves every CUDA of its own major version.
    """
    try:
        driver = ctypes.CDLL(DRIVER)
    except OSError:
        return "no driver"
    version = ctypes.c_int()
    driver.cuDriverGetVersion(ctypes.byref(version))
    if version.value // 1000 < int(wanted.partition(".")[0]):
        return "old driver"
    return "no device" if driver.cuInit(0) == NO_DEVICE else "broken"


def _accelerator() -> str:
    import torch

    found = None
    # torch 2.6 raises where there is none, later ones answer None; before that nobody could ask.
    with suppress(RuntimeError, AttributeError):
        found = torch.accelerator.current_accelerator()
    return found.type if found is not None else ""
