"""Every build of PyTorch is told apart, and what cannot be raised on it is said in a sentence."""

from __future__ import annotations

import re

import pytest

from engine.doctor import rules
from engine.doctor.needs import NEEDS, unmet
from engine.process.build import Build
from engine.process.protocol import RunUnavailable, Script
from engine.process.torch_build import this_build
from tests.learner_runs import done
from tests.runs import Runs

CPU = Build(torch="2.13.0+cpu")
NO_DRIVER = Build(torch="2.15.0+cu132", platform="CUDA 13.2", gpu="no driver", accelerator="cuda")
NO_DEVICE = Build(torch="2.15.0", platform="CUDA 13.2", gpu="no device", accelerator="cuda")
BROKEN = Build(torch="2.15.0", platform="CUDA 13.2", gpu="broken", accelerator="cuda")
GPU = Build(torch="2.15.0", platform="CUDA 13.2", gpu="ready", accelerator="cuda")
ROCM = Build(torch="2.15.0", platform="ROCm 7.0", gpu="ready", accelerator="cuda")
MAC = Build(torch="2.15.0", accelerator="mps", mps=True)
OLD = Build(torch="2.6.0+cu124", platform="CUDA 12.4", gpu="no driver", named_tensors=True)

BUILDS = [CPU, NO_DRIVER, NO_DEVICE, BROKEN, GPU, ROCM, MAC, OLD]

RAISED = {
    "no-cuda": [CPU, MAC],
    "no-driver": [NO_DRIVER, OLD],
    "no-gpu-seen": [NO_DEVICE],
    "gpu-number": [GPU],
    "load-other-device": [CPU, NO_DRIVER, NO_DEVICE, BROKEN, MAC, OLD],
    "no-accelerator": [CPU, OLD],
    "no-mps": [CPU, NO_DRIVER, NO_DEVICE, BROKEN, GPU, ROCM, OLD],
    "mps-float64": [MAC],
    "named-tensors": [CPU, NO_DRIVER, NO_DEVICE, BROKEN, GPU, ROCM, MAC],
}
"""On which of them an error is raised."""


@pytest.mark.parametrize(("error", "builds"), RAISED.items())
def test_an_error_is_raised_where_what_it_needs_is_there(error: str, builds: list[Build]) -> None:
    (rule,) = (rule for rule in rules() if rule.id == error)
    assert [build for build in BUILDS if not unmet(rule.needs, build)] == builds


def test_whatever_needs_nothing_can_be_raised_anywhere() -> None:
    assert {unmet("", build) for build in BUILDS} == {""}


@pytest.mark.parametrize("need", NEEDS)
def test_what_is_missing_is_said_in_two_sentences_with_what_is_here(need: str) -> None:
    for build in BUILDS:
        if said := unmet(need, build):
            pattern = rf"This error takes .+\. Here is PyTorch {re.escape(build.torch)}, .+\."
            assert re.fullmatch(pattern, said), said
            assert build.platform in said
            assert (f"`{build.accelerator}`" in said) == bool(build.accelerator)


def test_only_needs_that_there_are_are_named() -> None:
    assert {rule.needs for rule in rules()} - {""} == set(NEEDS)


async def test_of_the_errors_without_cuda_this_machine_has_one(engine: Runs) -> None:
    here = this_build()
    raised = []
    for rule in rules():
        if rule.id in ("no-cuda", "no-driver", "no-gpu-seen"):
            ran = await done(engine, Script(code=rule.snippet, needs=rule.needs))
            if not isinstance(ran.end, RunUnavailable):
                raised.append(ran.explained)
    assert len(raised) == (0 if here.gpu in ("ready", "broken") else 1)


async def test_code_that_needs_what_is_not_here_is_not_run(engine: Runs) -> None:
    need = "no-mps" if this_build().mps else "mps"
    ran = await done(engine, Script(code="print('ran')\n1 / 0\n", needs=need))
    assert isinstance(ran.end, RunUnavailable)
    assert ran.end.reason == unmet(need, this_build())
    assert ran.printed == ""
    assert ran.explained == ""
