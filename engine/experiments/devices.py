"""Devices: where the numbers live."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.experiments.parts import simulated_device
from engine.experiments.parts.timing import Times, synchronise, timed
from engine.experiments.parts.transcript import transcript, wrong_and_right
from engine.views import Experiment, Line, Progress, Scalars, Table, Text

Rows = list[list[Any]]


def pick(device: str = "auto") -> torch.device:
    """The device of that name; "auto" is the accelerator if this machine has one, else the CPU."""
    return torch.device(device) if device != "auto" else _usual_device()


@lru_cache
def _usual_device() -> torch.device:
    """Asked once: as soon as a simulated accelerator is there, PyTorch speaks of that one."""
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return torch.device("cpu") if found is None or found.type == simulated_device.NAME else found


def accelerator(device: str = "auto") -> tuple[torch.device, str]:
    """A device that is not the CPU, and what it is in words; without a GPU it is simulated."""
    found = pick(device)
    if found.type in ("cpu", simulated_device.NAME):
        return (
            simulated_device.register(),
            "simulated: PyTorch's rules for a GPU, the host's memory",
        )
    found = torch.empty(0, device=found).device  # With its number: cuda is cuda:0.
    return found, torch.cuda.get_device_name(found) if found.type == "cuda" else found.type


def summary() -> Experiment:
    """One line about where the numbers can live on this machine."""
    names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    gpus = [f"cuda:{index} {name}" for index, name in enumerate(names)]
    yield Text(", ".join(gpus) or f"{pick()}, {os.cpu_count()} cores")


def survey() -> Experiment:
    """What this machine has: processors, memory, versions, and every device PyTorch can use."""
    rows: Rows = [
        ["PyTorch", str(torch.__version__)],
        ["built for CUDA", torch.version.cuda or "no"],
        ["GPU driver", _driver() or "none found"],
        ["processor", f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"],
        ["cores", os.cpu_count()],
        ["threads PyTorch uses", torch.get_num_threads()],
        ["memory free [GB]", _gigabytes("SC_AVPHYS_PAGES")],
        ["memory in all [GB]", _gigabytes("SC_PHYS_PAGES")],
    ]
    yield Table(["about", "here"], rows, name="machine", plot="machine")

    devices: Rows = [["cpu", platform.processor() or platform.machine(), None, None, None]]
    for index in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(index)
        capability = ".".join(map(str, torch.cuda.get_device_capability(index)))
        name = torch.cuda.get_device_name(index)
        devices.append([f"cuda:{index}", name, free / 1e9, total / 1e9, capability])
        yield _device_table(devices)
    if torch.backends.mps.is_available():
        devices.append(["mps", "Apple GPU", None, None, None])
    yield _device_table(devices)
    yield Text(_choice(devices), name="choice", plot="choice")
    yield Scalars(0, devices=len(devices), gpus=len(devices) - 1, cores=os.cpu_count() or 0)


def _device_table(devices: Rows) -> Table:
    columns = ["device", "name", "free [GB]", "in all [GB]", "capability"]
    return Table(columns, [list(row) for row in devices], name="devices", plot="devices")


def _choice(devices: Rows) -> str:
    """The usual line, and what it picks here; among GPUs the one with most free memory."""
    lines = ['device = "cuda" if torch.cuda.is_available() else "cpu"', f"→ {pick('auto')}"]
    gpus = [row for row in devices if row[2] is not None]
    if len(gpus) > 1:
        freest = max(gpus, key=lambda row: float(row[2]))
        lines.append(f"Most free memory: {freest[0]} ({freest[2]:.1f} GB).")
    return "\n".join(lines)


def _driver() -> str:
    """The version of NVIDIA's driver, asked from its own tool."""
    tool = shutil.which("nvidia-smi")
    if not tool:
        return ""
    query = [tool, "--query-gpu=driver_version", "--format=csv,noheader"]
    said = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False)
    return said.stdout.partition("\n")[0].strip() if said.returncode == 0 else ""


def _gigabytes(pages: str) -> float | None:
    if pages not in os.sysconf_names:
        return None
    return round(os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)


def move(*, device: str = "auto") -> Experiment:
    """What `.to` gives back: the same tensor, or a copy somewhere else."""
    there, label = accelerator(device)
    yield Text(f"{there} is {label}", name="device", plot="device")
    t = torch.ones(1000, 1000)
    model = nn.Linear(10, 10)
    over = t.to(there)
    tries: list[tuple[str, Callable[[], Tensor], Tensor]] = [
        ("t.to('cpu')", lambda: t.to("cpu"), t),
        ("t.to(t.dtype)", lambda: t.to(torch.float32), t),
        ("t.double()", lambda: t.double(), t),
        ("t.to(there)", lambda: t.to(there), t),
        ("over.to(there)", lambda: over.to(there), over),
        ("over.cpu()", lambda: over.cpu(), over),
    ]
    heads = ["call", "gives", "device", "dtype", "there [MB]"]
    rows: Rows = []
    copies = 0
    for call, run, before in tries:
        after = run()
        copies += after is not before
        verdict = "the same" if after is before else "a copy"
        dtype = str(after.dtype).removeprefix("torch.")
        rows.append([call, verdict, str(after.device), dtype, _held(there)])
        yield Table(heads, rows)
        yield Scalars(len(rows), copies=copies)

    moved = model.to(there)
    verdict = "the same" if moved is model else "a copy"
    rows.append(["model.to(there)", verdict, str(model.weight.device), "float32", _held(there)])
    yield Table(heads, rows)
    yield Scalars(len(rows), copies=copies, module_in_place=moved is model)


def _held(device: torch.device) -> float | None:
    """Megabytes that PyTorch holds on the device, where it keeps count."""
    count = getattr(getattr(torch, device.type), "memory_allocated", None)
    return count() / 1e6 if count else None


MEETINGS = {
    "a + b": "here + there",
    "matrix product": "here @ there",
    "loss": "F.mse_loss(here, there)",
    "concatenation": "torch.cat([here, there])",
    "a layer": "nn.Linear(2, 1)(there)",
    "a single number": "there * torch.tensor(3.0)",
    "an index": "there[torch.tensor([0])]",
}


def mismatch(*, meeting: str = "a + b", device: str = "auto") -> Experiment:
    """Let tensors of two devices meet, and read PyTorch's answer; then join them properly."""
    there, label = accelerator(device)
    yield Text(f"{there} is {label}", name="device", plot="device")
    names = {"torch": torch, "nn": nn, "F": F, "device": there}
    setup = "here = torch.tensor([[1.0, 2.0], [3.0, 4.0]])\nthere = here.to(device)\n"
    said, errors = transcript(setup + MEETINGS[meeting], dict(names))
    yield Text(said, name="met", plot="met")
    joined = setup + "here = here.to(device)\n" + MEETINGS[meeting].replace("1)(", "1).to(device)(")
    yield Text(transcript(joined, dict(names))[0], name="joined", plot="joined")
    yield Scalars(0, errors=errors)


def checklist(
    *,
    move_model: bool = True,
    move_input: bool = True,
    move_labels: bool = False,
    move_weights: bool = False,
    device: str = "auto",
) -> Experiment:
    """Move what you choose to the accelerator, then take one training step."""
    there, label = accelerator(device)
    yield Text(f"{there} is {label}", name="device", plot="device")
    model = nn.Linear(1, 1)
    x, y = torch.linspace(0, 1, 8).unsqueeze(1), torch.linspace(1, 3, 8).unsqueeze(1)
    weights = torch.ones(8, 1)
    if move_model:
        model = model.to(there)
    if move_input:
        x = x.to(there)
    if move_labels:
        y = y.to(there)
    if move_weights:
        weights = weights.to(there)
    places = {"model": model.weight, "input": x, "labels": y, "weights of the loss": weights}
    rows: Rows = [[name, str(tensor.device)] for name, tensor in places.items()]
    yield Table(["what", "where"], rows)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    trained = 0
    try:
        loss = torch.mean(weights * (model(x) - y) ** 2)
        loss.backward()
        optimizer.step()
        trained = 1
        yield Text(f"One step done on {loss.device}; the loss was {loss.item():.3f}.")
    except RuntimeError as error:
        yield Text(f"RuntimeError: {error}")
    together = len({str(tensor.device) for tensor in places.values()}) == 1
    yield Scalars(0, trained=trained, together=together)


def crossover(*, work: str = "matmul", largest: int = 1024, repeats: int = 7) -> Experiment:
    """Time the same work at growing sizes on every device here; on CPUs, one thread against all."""
    sizes = [2**power for power in range(4, 14) if 2**power <= largest]
    places = _places()
    times: dict[str, list[Times]] = {name: [] for name in places}
    hasty: dict[str, list[float]] = {name: [] for name in places if "thread" not in name}
    rows: Rows = []
    yield Progress(0, len(sizes), "size")
    for done, size in enumerate(sizes, 1):
        for name, (device, threads) in places.items():
            with _threads(threads):
                job = WORK[work](size, device)
                began = perf_counter()
                job()
                synchronise(device)
                first = perf_counter() - began
                times[name].append(timed(job, device, repeats))
                if name in hasty:
                    hasty[name].append(_unsynchronised(job, device))
            took = times[name][-1]
            row = [size, name, 1e3 * took.median, 1e3 * took.low, 1e3 * took.high, 1e3 * first]
            rows.append(row)
            yield Line(sizes[:done], [one.median for one in times[name]], name=name, plot="time")
        for name, seconds in hasty.items():
            yield Line(sizes[:done], list(seconds), name=f"{name}, not waiting", plot="time")
        heads = ["size", "where", "median [ms]", "low", "high", "first"]
        yield Table(heads, rows[-6:])
        yield Progress(done, len(sizes), "size")
        medians = {_key(name): one[-1].median for name, one in times.items()}
        yield Scalars(done, size=size, **medians)
    yield Scalars(len(sizes), crossover=_crossover(sizes, times), devices=len(places))


def _crossover(sizes: list[int], times: dict[str, list[Times]]) -> float:
    """The size from which on the first place is always clearly beaten; NaN when it never is.

    Clearly: a rival's upper quartile lies below the first place's lower one.
    """
    first, *rivals = times.values()
    found = float("nan")
    for size, own, *others in reversed(list(zip(sizes, first, *rivals, strict=True))):
        if not any(other.high < own.low for other in others):
            break
        found = size
    return found


def _key(name: str) -> str:
    """A device's name as that of a scalar: "cuda:0" is cuda_0_seconds."""
    return "_".join(name.replace(":", " ").split()) + "_seconds"


def _places() -> dict[str, tuple[torch.device, int]]:
    """Where work can be done here, and the threads it may use; a single thread first."""
    cpu, cores = torch.device("cpu"), os.cpu_count() or 1
    places = {"1 thread": (cpu, 1)}
    if cores > 1:
        places[f"{cores} threads"] = (cpu, cores)
    for index in range(torch.cuda.device_count()):
        places[f"cuda:{index}"] = (torch.device("cuda", index), 1)
    if torch.backends.mps.is_available():
        places["mps"] = (torch.device("mps"), 1)
    return places


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    yield
    torch.set_num_threads(before)


def _unsynchronised(job: Callable[[], object], device: torch.device) -> float:
    """What a clock shows when nobody waits for the device: only the asking, not the work."""
    synchronise(device)
    began = perf_counter()
    job()
    asked = perf_counter() - began
    synchronise(device)
    return asked


def matmul(size: int, device: torch.device) -> Callable[[], object]:
    """Multiply two square matrices."""
    a, b = torch.rand(size, size, device=device), torch.rand(size, size, device=device)
    return partial(torch.matmul, a, b)


def training_step(size: int, device: torch.device) -> Callable[[], object]:
    """One step of a network that is ``size`` wide, on a batch of 64."""
    model = nn.Sequential(nn.Linear(1, size), nn.Tanh(), nn.Linear(size, size), nn.Linear(size, 1))
    model = model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    x, y = torch.rand(64, 1, device=device), torch.rand(64, 1, device=device)

    def step() -> None:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()

    return step


WORK = {"matmul": matmul, "training step": training_step}


MISTAKES = {
    "the result not kept": (
        "t = torch.ones(2)\n",
        "t.to(device)\nt.device",
        "t = t.to(device)\nt.device",
    ),
    ".cuda() on any machine": (
        "t = torch.ones(2)\n",
        "t.cuda().device",
        "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nt.to(device).device",
    ),
    "a device called gpu": (
        "",
        "torch.device('gpu')",
        "torch.device('cuda')",
    ),
    "numpy of a tensor elsewhere": (
        "t = torch.ones(2, device=device)\n",
        "t.numpy()",
        "t.cpu().numpy()",
    ),
    "a new tensor in the loop": (
        "model = nn.Linear(1, 1).to(device)\nx = torch.ones(4, 1, device=device)\n",
        "noise = torch.randn(4, 1)\nmodel(x + noise).device",
        "noise = torch.randn(4, 1, device=x.device)\nmodel(x + noise).device",
    ),
    "the optimizer before the move": (
        "model = nn.Linear(1, 1)\n",
        "sgd = torch.optim.SGD(model.parameters(), lr=0.1)\nmodel = model.to(device)\n"
        "model.weight in set(sgd.param_groups[0]['params'])",
        "model = model.to(device)\nsgd = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "model.weight in set(sgd.param_groups[0]['params'])",
    ),
}


def mistakes(*, mistake: str = "the result not kept", device: str = "auto") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    there, label = accelerator(device)
    yield Text(f"{there} is {label}", name="device", plot="device")
    names = {"torch": torch, "nn": nn, "device": there}
    yield from wrong_and_right(*MISTAKES[mistake], names=names)
