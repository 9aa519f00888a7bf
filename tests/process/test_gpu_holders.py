"""Who holds a GPU's memory: read from what NVIDIA's tool says, and asked for on a real one."""

from __future__ import annotations

import os
import shutil

import pytest
import torch

from engine.process.gpu_holders import sentences, told, whose

SAID = """\
00000000:65:00.0, 4242, 20480
00000000:65:00.0, 7, 1536
00000000:66:00.0, 9, [N/A]
00000000:67:00.0, 8, 512
No running processes found
"""


def test_the_largest_comes_first_and_what_is_not_told_is_left_out() -> None:
    assert list(sentences(SAID.splitlines(), lambda pid: f"process {pid}")) == [
        "Memory of the GPU at 00000000:65:00.0 is held by: process 4242 20.0 GiB, "
        "process 7 1.5 GiB.",
        "Memory of the GPU at 00000000:67:00.0 is held by: process 8 0.5 GiB.",
    ]


def test_a_process_is_named_as_far_as_it_can_be() -> None:
    assert whose(os.getpid()) == "this run"
    assert whose(os.getppid()).startswith(f"process {os.getppid()}")
    assert whose(2**30) == f"process {2**30}"


def test_other_errors_ask_nobody() -> None:
    assert told(ValueError("no")) == ""


def test_without_the_tool_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert told(torch.OutOfMemoryError("CUDA out of memory")) == ""


@pytest.mark.skipif(
    not torch.cuda.is_available() or shutil.which("nvidia-smi") is None, reason="no NVIDIA GPU here"
)
def test_on_a_real_gpu_this_process_may_be_named() -> None:
    held = torch.ones(1 << 20, device="cuda")
    said = told(torch.OutOfMemoryError("CUDA out of memory"))
    assert held.sum() > 0
    assert said == "" or "is held by:" in said
