"""The real torch with a stand-in for the driver: what a build for CUDA says on other machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import doctor
from engine.doctor.needs import unmet
from engine.process.build import Build
from engine.process.torch_build import this_build
from tests.doctor import stand_in_driver

built_for_cuda = pytest.mark.skipif(
    torch.version.cuda is None, reason="this PyTorch is built without CUDA: it asks no driver"
)
can_compile = pytest.mark.skipif(
    stand_in_driver.COMPILER is None, reason="no C compiler here to make a driver with"
)

ASK = """
import json, traceback, warnings
import msgspec, torch
from engine.process.torch_build import this_build
warnings.simplefilter("ignore")
try:
    torch.ones(3).to("cuda")
    said = ""
except Exception:
    said = traceback.format_exc()
print(json.dumps({"build": msgspec.to_builtins(this_build()), "said": said}))
"""


def ask(driver: dict[str, str]) -> dict[str, Any]:
    """What a process finds that has this driver: its build, and the traceback of a move to CUDA."""
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(
        command, env={**os.environ, **driver}, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@built_for_cuda
@can_compile
@pytest.mark.parametrize(
    ("version", "status", "gpu", "error"),
    [
        pytest.param(99000, 100, "no device", "no-gpu-seen", id="a driver that shows no GPU"),
        pytest.param(11040, 0, "old driver", "old-driver", id="a driver that is too old"),
    ],
)
def test_a_driver_is_told_from_another_and_its_error_is_explained(
    tmp_path: Path, version: int, status: int, gpu: str, error: str
) -> None:
    answer = ask(stand_in_driver.make(tmp_path, version=version, status=status))
    assert answer["build"]["gpu"] == gpu
    _, said = doctor.read(answer["said"])
    assert said is not None
    assert said.rule == error


@can_compile
def test_a_build_without_cuda_asks_no_driver(tmp_path: Path) -> None:
    found = ask(stand_in_driver.make(tmp_path, version=99000))["build"]["gpu"]
    assert (found == "not built") == (torch.version.cuda is None and torch.version.hip is None)


def test_this_build_is_what_torch_says_it_is() -> None:
    here = this_build()
    assert here.torch == torch.__version__
    assert (here.gpu == "ready") == torch.cuda.is_available()
    assert here.mps == torch.backends.mps.is_available()
    assert here.named_tensors == hasattr(torch.Tensor, "align_to")


def test_an_old_driver_is_said_to_be_old() -> None:
    old = Build(torch="2.15.0", platform="CUDA 13.2", gpu="old driver", accelerator="cuda")
    assert "older" in unmet("cuda", old)
