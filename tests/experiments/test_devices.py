"""The simulated accelerator keeps PyTorch's rules; a real one is used where there is one."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import torch

from engine.experiments import devices
from tests.experiments.runs import collect, collect_fresh

GPU = torch.cuda.is_available()
needs_gpu = pytest.mark.skipif(not GPU, reason="needs a CUDA device")
needs_none = pytest.mark.skipif(
    torch.accelerator.is_available(), reason="the real device is used where there is one"
)

TRAINING = """
import torch
from engine.experiments.parts import simulated_device
place = simulated_device.register()
def train(device):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.Tanh(), torch.nn.Linear(10, 1))
    model = model.to(device)
    optimizer = torch.optim.{optimizer}(model.parameters(), lr=0.01)
    x = torch.linspace(-1, 1, 64).unsqueeze(1)
    y = torch.sin(3 * x)
    for _ in range(50):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
    return loss.item(), model
here, _ = train("cpu")
there, model = train(place)
assert here == there, (here, there)
assert str(model[0].weight.device) == "simgpu:0"
assert str(model[0].weight.grad.device) == "simgpu:0"
assert simulated_device.traffic.to_device > 0
assert model.cpu()[0].weight.device.type == "cpu"
"""


OLDER = """
import torch.utils.backend_registration as found
if hasattr(found, "_setup_privateuseone_for_python_backend"):
    del found._setup_privateuseone_for_python_backend
"""
"""What makes any PyTorch one without devices in Python: then another type stands in for it."""

WAYS = pytest.mark.parametrize("way", ["", OLDER], ids=["this-torch", "older-torch"])


def fresh(code: str) -> None:
    """Run code in a process that has registered nothing yet."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


ASKS_FOR_A_STREAM = tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 15)
"""PyTorch 2.15: its Adam asks the accelerator for a stream, which a stand-in cannot give. Where the
stand-in is needed, before 2.9, no optimizer asks."""


@WAYS
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_training_there_gives_the_same_bits_as_here(optimizer: str, way: str) -> None:
    if way and optimizer == "Adam" and ASKS_FOR_A_STREAM:
        pytest.skip("no PyTorch that needs the older way has an Adam that asks for a stream")
    fresh(way + TRAINING.format(optimizer=optimizer))


@WAYS
def test_memory_is_counted_and_given_back(way: str) -> None:
    fresh(
        f"{way}\n"
        "import torch\n"
        "from engine.experiments.parts import simulated_device\n"
        "place = simulated_device.register()\n"
        "before = simulated_device.traffic.allocated\n"
        "t = torch.ones(1000, device=place)\n"
        "assert simulated_device.traffic.allocated - before == 4000\n"
        "view = t[:10]\n"
        "assert simulated_device.traffic.allocated - before == 4000\n"
        "del t, view\n"
        "assert simulated_device.traffic.allocated == before\n"
    )


@WAYS
def test_it_may_come_after_autograd_has_been_used(way: str) -> None:
    fresh(
        f"{way}\n"
        "import torch\n"
        "from engine.experiments.parts import simulated_device\n"
        "torch.ones(1, requires_grad=True).sum().backward()\n"
        "w = torch.ones(1, device=simulated_device.register(), requires_grad=True)\n"
        "(3 * w).sum().backward()\n"
        "assert w.grad.item() == 3\n"
    )


MOVING = """
import torch
from engine.experiments.parts import simulated_device
there = simulated_device.register()
t = torch.ones(2, device=there)
assert t.to(there) is t
assert t.to("simgpu") is t
assert t.to(device="simgpu:0", dtype=torch.float32) is t
assert t.to(there, torch.float32, False) is t
assert t.to(torch.float32) is t
assert t.to(t.clone()) is t
assert t.to(there, copy=True) is not t
for moved in (t.to(torch.float64), t.double(), t.to(there, torch.float64), t.to(t.double())):
    assert moved is not t
    assert (moved.device, moved.dtype) == (there, torch.float64)
for home in (t.cpu(), t.to("cpu"), t.to(device="cpu"), t.to(torch.ones(1))):
    assert home.device.type == "cpu"
    assert home.tolist() == [1.0, 1.0]
assert torch.ones(2).to(t).device == there
before = simulated_device.traffic.allocated
model = torch.nn.Linear(2, 1)
weight = model.weight
assert model.to(there).weight is weight
assert (weight.device, weight.is_leaf, weight.requires_grad) == (there, True, True)
assert isinstance(weight, torch.nn.Parameter)
assert simulated_device.traffic.allocated - before == 12
loss = model(t).sum()
loss.backward()
model.cpu()
assert (weight.device.type, weight.grad.tolist()) == ("cpu", [[1.0, 1.0]])
assert t.numpy(force=True).tolist() == [1.0, 1.0]
"""

CROSSING = """
import torch
from engine.experiments.parts import simulated_device
there = simulated_device.register()
here = torch.ones(2, requires_grad=True)
over = torch.full((2,), 2.0, device=there, requires_grad=True)
((here.to(there) * over).cpu() * torch.tensor([1.0, 3.0])).sum().backward()
assert here.grad.device.type == "cpu"
assert here.grad.tolist() == [2.0, 6.0]
assert over.grad.device == there
assert over.grad.tolist() == [1.0, 3.0]
"""


@WAYS
@pytest.mark.parametrize("code", [MOVING, CROSSING], ids=["to", "gradients-both-ways"])
def test_things_move_as_pytorch_moves_them(code: str, way: str) -> None:
    fresh(way + code)


def test_the_simulated_device_is_never_picked_for_training() -> None:
    fresh(
        "from engine.experiments import devices\n"
        "from engine.experiments.parts import simulated_device\n"
        "before = devices.pick('auto')\n"
        "simulated_device.register()\n"
        "assert devices.pick('auto') == before\n"
    )


@pytest.fixture(scope="module")
def meetings() -> dict[str, dict[str, Any]]:
    runs = [("devices.mismatch", {"meeting": meeting}) for meeting in devices.MEETINGS]
    return dict(zip(devices.MEETINGS, collect_fresh(runs), strict=True))


WELCOME = {"a single number", "an index"}


@pytest.mark.parametrize("meeting", devices.MEETINGS)
def test_two_devices_in_one_operation(meeting: str, meetings: dict[str, dict[str, Any]]) -> None:
    answer = meetings[meeting]
    text = "\n".join(answer["lines"])
    assert answer["final"]["errors"] == (0 if meeting in WELCOME else 1)
    assert ("RuntimeError" in text and "same device" in text) == (meeting not in WELCOME)


@needs_none
def test_a_simulation_says_so(meetings: dict[str, dict[str, Any]]) -> None:
    for answer in meetings.values():
        assert "simulated" in "\n".join(answer["lines"])


def test_the_step_runs_exactly_when_everything_is_in_one_place() -> None:
    switches = ["move_model", "move_input", "move_labels", "move_weights"]
    tries = [
        {name: bool(bits >> place & 1) for place, name in enumerate(switches)} for bits in range(16)
    ]
    answers = collect_fresh([("devices.checklist", one) for one in tries])
    for moved, answer in zip(tries, answers, strict=True):
        assert answer["final"]["trained"] == answer["final"]["together"], moved
        assert answer["final"]["together"] == (len(set(moved.values())) == 1)


def test_pick_takes_a_name_at_its_word() -> None:
    assert devices.pick("cpu") == torch.device("cpu")
    assert devices.pick("cuda:1") == torch.device("cuda", 1)


def test_the_survey_counts_what_pytorch_can_use() -> None:
    assert collect("devices.survey", {}).final["gpus"] == torch.cuda.device_count()


@needs_gpu
def test_a_real_gpu_is_used_and_named() -> None:
    (answer,) = collect_fresh([("devices.move", {})])
    text = "\n".join(answer["lines"])
    assert torch.cuda.get_device_name(0) in text
    assert "simulated" not in text


@needs_gpu
def test_training_runs_on_the_gpu() -> None:
    (answer,) = collect_fresh([("training.fit", {"epochs": 1, "device": "cuda"})])
    assert answer["final"]["mse"] > 0
