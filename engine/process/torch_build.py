"""Asking torch which build it is, and what it can use on this machine.

Asking starts CUDA where there is one, so only a run asks.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

import torch

from engine.process.build import Build, Gpu

DRIVER = "libcuda.so.1"
"""NVIDIA's driver, as every program of CUDA finds it."""

NO_DEVICE = 100
"""What the driver answers when it sees no GPU: CUDA_ERROR_NO_DEVICE."""


def this_build() -> Build:
    """The build that is imported here, on this machine."""
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
    found = None
    # torch 2.6 raises where there is none, later ones answer None; before that nobody could ask.
    with suppress(RuntimeError, AttributeError):
        found = torch.accelerator.current_accelerator()
    return found.type if found is not None else ""
