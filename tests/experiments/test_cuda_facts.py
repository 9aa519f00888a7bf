"""What the lessons say of CUDA: each fact with the source it was read from, held against a device.

Without a GPU the simulated device has to do the same; where there is one, the GPU itself is asked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import resources
from typing import NamedTuple

import pytest
import torch

from engine.experiments import devices
from engine.experiments.parts import simulated_device
from tests.environment import seconds

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

ITERATOR = "aten/src/ATen/TensorIterator.cpp, TensorIteratorBase::compute_types"
ARGUMENTS = (
    "aten/src/ATen/core/op_registration/adaption.h, check_and_update_common_device; the newer "
    "words are those in the libtorch_cpu of 2.13 and 2.15, the older ones those of 2.6"
)
MODULES = "torch/nn/modules/module.py, Module._apply: param.data = param_applied"


class Fact(NamedTuple):
    """Code about `here`, `there` and `device`, and a pattern of its value, or of its error."""

    said: str
    source: str
    code: str
    shows: str
    """With {there} for the device's name."""


FACTS = [
    Fact("a sum names the accelerator first", ITERATOR, "here + there",
         "RuntimeError: Expected all .* found at least two devices, {there} and cpu!$"),
    Fact("on whichever side it stands", ITERATOR, "there + here",
         "RuntimeError: .* two devices, {there} and cpu!$"),
    Fact("so does a loss", ITERATOR, "F.mse_loss(there, here)",
         "RuntimeError: .* two devices, {there} and cpu!$"),
    Fact("a product of matrices names its second", ARGUMENTS, "here @ there",
         "RuntimeError: Expected all .*(got mat2 is on {there}, different from other tensors on cpu"
         "|cpu and {there}! .when checking argument for argument mat2)"),
    Fact("a layer names mat1, its input", ARGUMENTS, "nn.Linear(2, 1)(there)",
         "RuntimeError: Expected all .*(got mat1 is on {there}, different from other tensors on cpu"
         "|cpu and {there}! .when checking argument for argument mat1)"),
    Fact("a concatenation names its list", ARGUMENTS, "torch.cat([there, here])",
         "RuntimeError: Expected all .*(got tensors is on cpu, different from other tensors on "
         "{there}|{there} and cpu! .when checking argument for argument tensors)"),
    Fact("a single number is welcome", ITERATOR + " (allow_cpu_scalars)",
         "(there * torch.tensor(3.0)).tolist()", r"\[\[3.0, 6.0\], \[9.0, 12.0\]\]$"),
    Fact("an index is welcome", "aten/src/ATen/native/TensorAdvancedIndexing.cpp",
         "there[torch.tensor([0])].tolist()", r"\[\[1.0, 2.0\]\]$"),
    Fact("numpy sees the processor's memory only", "torch/csrc/utils/tensor_numpy.cpp",
         "there.numpy()",
         "TypeError: can't convert {there} device type tensor to numpy. Use Tensor.cpu\\(\\) to "
         "copy the tensor to host memory first.$"),
    Fact("what is there already is not copied", "torch/_tensor_docs.py, to",
         "there.to(device) is there", "True$"),
    Fact("a model keeps its weights when it moves", MODULES, """
model = nn.Linear(2, 1)
weight = model.weight
model.to(device).weight is weight
""", "True$"),
    Fact("an optimizer built before still trains them", MODULES, """
model = nn.Linear(2, 1)
sgd = torch.optim.SGD(model.parameters(), lr=0.1)
moved = model.to(device)
sgd.param_groups[0]['params'][0] is model.weight, str(model.weight.device)
""", r"\(True, '{there}'\)$"),
    Fact("a model's plain attribute stays", MODULES, """
model = nn.Linear(2, 1)
model.factor = torch.ones(1)
moved = model.to(device)
moved.factor.device
""", r"device\(type='cpu'\)$"),
]  # fmt: skip

ASKED = """
import json, sys
import torch, torch.nn.functional as F
from torch import nn
from engine.experiments import devices
from engine.experiments.parts.transcript import transcript
device, _ = devices.accelerator()
here = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
names = {"torch": torch, "F": F, "nn": nn, "device": device, "here": here, "there": here.to(device)}
said = [transcript(code, dict(names))[0].splitlines()[-1] for code in json.load(sys.stdin)]
json.dump([str(device), said], sys.stdout)
"""
"""Asks the accelerator that is here: a GPU, or the simulated one."""


@pytest.fixture(scope="module")
def answers() -> tuple[str, dict[str, str]]:
    """The accelerator's name, and what came of each fact's code."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        input=json.dumps([fact.code for fact in FACTS]),
        capture_output=True,
        text=True,
        timeout=seconds(60),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    device, found = json.loads(done.stdout)
    return device, dict(zip((fact.said for fact in FACTS), found, strict=True))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.said)
def test_the_accelerator_here_does_what_is_said_of_cuda(
    fact: Fact, answers: tuple[str, dict[str, str]]
) -> None:
    assert fact.source
    device, found = answers
    pattern = fact.shows.replace("{there}", re.escape(device))
    assert re.match(pattern, found[fact.said]), found[fact.said]


@needs_gpu
def test_cuda_is_a_call_that_moves() -> None:
    assert torch.ones(2).cuda().device.type == "cuda"


@needs_gpu
def test_asking_a_gpu_ends_before_the_work_does() -> None:
    """CUDA semantics, "Asynchronous execution": on a page of PyTorch's documentation."""
    (last,) = [view.values for view in devices.timeline(size=1024) if hasattr(view, "values")
               and isinstance(view.values, dict)]  # fmt: skip
    assert last["done"] <= 1


BY_ARGUMENT = ("mm", "addmm", "bmm", "cat")


@pytest.mark.parametrize("name", sorted({*simulated_device.ITERATED, *BY_ARGUMENT, "add.Tensor"}))
def test_who_compares_the_devices_is_what_pytorchs_own_list_says(name: str) -> None:
    listed = resources.files("torchgen").joinpath("packaged/ATen/native/native_functions.yaml")
    blocks = listed.read_text(encoding="utf-8").split("\n- func: ")
    wanted = re.compile(rf"{re.escape(name)}(\.(Tensor|Scalar))?\(")
    found = [block for block in blocks if wanted.match(block)]
    assert found
    iterated = any("device_check: NoCheck" in block for block in found)
    assert iterated == (name not in BY_ARGUMENT)
