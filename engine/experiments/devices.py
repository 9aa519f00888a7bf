"""Devices: where the numbers live."""

from __future__ import annotations

import math
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import pairwise
from time import perf_counter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.experiments.parts import simulated_device
from engine.experiments.parts.timeline import of_a_thread, of_cuda
from engine.experiments.parts.timing import Times, synchronise, timed
from engine.experiments.parts.transcript import transcript, wrong_and_right
from engine.views import Code, Experiment, Line, Progress, Scalars, Table, Text

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
        ("t.to(torch.float32)", lambda: t.to(torch.float32), t),
        ("t.double()", lambda: t.double(), t),
        ("t.to(there)", lambda: t.to(there), t),
        ("over.to(there)", lambda: over.to(there), over),
        ("over.cpu()", lambda: over.cpu(), over),
    ]
    heads = ["call", "gives", "device", "dtype", "copies so far"]
    rows: Rows = []
    copies = 0
    for call, run, before in tries:
        after = run()
        copies += after is not before
        verdict = "the same" if after is before else "a copy"
        dtype = str(after.dtype).removeprefix("torch.")
        rows.append([call, verdict, str(after.device), dtype, copies])
        yield Table(heads, rows)
        yield Scalars(len(rows), copies=copies)

    weight = model.weight
    moved = model.to(there)
    for call, is_same in (
        ("model.to(there)", moved is model),
        ("  its weight", model.weight is weight),
    ):
        verdict = "the same" if is_same else "a new one"
        rows.append([call, verdict, str(model.weight.device), "float32", copies])
        yield Table(heads, rows)
        yield Scalars(len(rows), copies=copies)
    yield Text(_held(there), name="memory", plot="memory")


def _held(device: torch.device) -> str:
    """What PyTorch holds on the device, where it keeps count."""
    count = getattr(getattr(torch, device.type), "memory_allocated", None)
    return f"PyTorch holds {count() / 1e6:.1f} MB on {device}" if count else "not counted here"


MEETINGS = {
    "a + b": "here + there",
    "b + a": "there + here",
    "matrix product": "here @ there",
    "loss": "F.mse_loss(there, here)",
    "concatenation": "torch.cat([here, there])",
    "a layer": "nn.Linear(2, 1)(there)",
    "a single number": "there * torch.tensor(3.0)",
    "an index": "there[torch.tensor([0])]",
}


def mismatch(*, meeting: str = "a + b", device: str = "auto") -> Experiment:
    """Let tensors of two devices meet, and read PyTorch's answer; where it refuses, move first."""
    there, label = accelerator(device)
    names = {"torch": torch, "nn": nn, "F": F, "device": there}
    setup = "here = torch.tensor([[1.0, 2.0], [3.0, 4.0]])\nthere = here.to(device)\n"
    yield Code(setup + MEETINGS[meeting], name="met", plot="met")
    said, errors = transcript(setup + MEETINGS[meeting], dict(names))
    yield Text(said, name="met", plot="met")
    if errors:
        call = MEETINGS[meeting].replace("1)(", "1).to(device)(")
        moved = setup + "here = here.to(device)\n" + call
        yield Text(transcript(moved, dict(names))[0], name="moved", plot="moved")
    yield Text(f"{there} is {label}", name="device", plot="device")
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
    done: list[str] = []
    said = ""
    try:
        prediction = model(x)
        done.append(f"on {prediction.device}")
        error = prediction - y
        done.append(f"on {error.device}")
        loss = torch.mean(weights * error**2)
        done.append(f"on {loss.device}")
        loss.backward()
        optimizer.step()
        done.append(f"one step, loss {loss.item():.2f}")
    except RuntimeError as refusal:
        said = f"RuntimeError: {refusal}"
    outcomes = [*done, "refused", *["not reached"] * len(STEPS)][: len(STEPS)]
    steps: Rows = [list(pair) for pair in zip(STEPS, outcomes, strict=True)]
    yield Table(["line", "what happened"], steps, name="steps", plot="steps")
    yield Text(said or "Nobody was refused.")
    together = len({str(tensor.device) for tensor in places.values()}) == 1
    yield Scalars(0, trained=len(done) == len(STEPS), together=together)


STEPS = (
    "prediction = model(x)",
    "error = prediction - y",
    "loss = mean(weights * error**2)",
    "loss.backward(), step()",
)
"""What the training step consists of."""


def _stairs(times: list[float], counts: list[int]) -> tuple[list[float], list[int]]:
    """A line that goes up one step at each of these times."""
    x = [0.0, *(time for time in times for _ in range(2))]
    return x, [counts[0], *(count for pair in pairwise(counts) for count in pair)]


def timeline(*, products: int = 6, size: int = 768, device: str = "auto") -> Experiment:
    """Ask for several products of matrices at once, and see when the asking and the work end."""
    found = pick(device)
    is_cuda = found.type == "cuda"
    label = str(found) if is_cuda else "simulated: a second thread of this program does the work"
    yield Text(f"The device is {label}", name="device", plot="device")
    work = matmul(size, found if is_cuda else torch.device("cpu"))
    seen = (of_cuda if is_cuda else of_a_thread)(work, products)
    for name, lane, spans in (
        ("program asks", 2, seen.asked),
        ("program waits", 2, [seen.waited]),
        ("device works", 1, seen.worked),
    ):
        ends = [1e3 * spans[0][0], 1e3 * spans[-1][1]]
        yield Line(ends, [lane, lane], name=name, plot="timeline")
    for name, spans in (("asked for", seen.asked), ("done", seen.worked)):
        ends = [1e3 * end for _, end in spans]
        counts = list(range(products + 1))
        yield Line(*_stairs(ends, counts), name=name, plot="counts")
    rows: Rows = [
        ["products asked for", products],
        ["of them done when all were asked for", seen.done],
        ["milliseconds until all were asked for", 1e3 * seen.asked[-1][1]],
        ["milliseconds until all were done", 1e3 * seen.waited[1]],
    ]
    yield Table(["", "number"], rows)
    yield Scalars(0, done=seen.done, asked_ms=1e3 * seen.asked[-1][1])


def crossover(*, work: str = "matmul", largest: int = 1024, repeats: int = 7) -> Experiment:
    """Time the same work at growing sizes on every device here; on CPUs, one thread against all."""
    sizes = [2**power for power in range(4, 14) if 2**power <= largest]
    places = _places()
    times: dict[str, list[Times]] = {name: [] for name in places}
    hasty: dict[str, list[float]] = {name: [] for name in places if "thread" not in name}
    medians: Rows = []
    yield Progress(0, len(sizes), "size")
    for done, size in enumerate(sizes, 1):
        rows: Rows = []
        for name, (device, threads) in places.items():
            with _threads(threads):
                job = WORK[work](size, device)
                began = perf_counter()
                job()
                synchronise(device)
                first = perf_counter() - began
                took = timed(job, device, repeats)
                times[name].append(took)
                if name in hasty:
                    hasty[name].append(_unsynchronised(job, device))
            rows.append([name, *(1e3 * one for one in (*took, first))])
            yield Line(sizes[:done], [one.median for one in times[name]], name=name, plot="time")
        for name, seconds in hasty.items():
            yield Line(sizes[:done], list(seconds), name=f"{name}, not waiting", plot="time")
        medians.append(
            [size, _multiplications(job), *(1e3 * one[-1].median for one in times.values())]
        )
        heads = ["size", "multiplications", *(f"{name} [ms]" for name in places)]
        yield Table(heads, medians, name="medians", plot="medians")
        heads = [f"at size {size}", "median [ms]", "low", "high", "first call"]
        yield Table(heads, rows)
        yield Progress(done, len(sizes), "size")
        spent = {_key(name): one[-1].median for name, one in times.items()}
        yield Scalars(done, size=size, **spent)
    found = _crossover(sizes, times)
    yield Text(_in_words(found, sizes, list(places)), name="crossover", plot="crossover")
    yield Scalars(len(sizes), crossover=found, devices=len(places))


def _multiplications(job: Callable[[], object]) -> int:
    """How many numbers are multiplied in products of matrices, as PyTorch counts them."""
    with FlopCounterMode(display=False) as counter:
        job()
    return int(counter.get_total_flops()) // 2


def _in_words(crossover: float, sizes: list[int], places: list[str]) -> str:
    rivals = " or ".join(places[1:])
    if not rivals:
        return "There is a single processor core here, and nothing to compare it with."
    if math.isnan(crossover):
        return f"Up to size {sizes[-1]}, {places[0]} is never clearly beaten by {rivals}."
    return f"From size {crossover:g} on, {places[0]} is clearly beaten by {rivals}."


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
    cpu, threads = torch.device("cpu"), _many_threads()
    places = {"1 thread": (cpu, 1)}
    if threads > 1:
        places[f"{threads} threads"] = (cpu, threads)
    for index in range(torch.cuda.device_count()):
        places[f"cuda:{index}"] = (torch.device("cuda", index), 1)
    if torch.backends.mps.is_available():
        places["mps"] = (torch.device("mps"), 1)
    return places


def _many_threads() -> int:
    """Half of the cores this process may use: others work here too. Of two, both."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = min(allowed or 1, int(os.environ.get("SLURM_CPUS_PER_TASK") or 2**16))
    return max(cores // 2, min(cores, 2))


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
    "a tensor inside the model": (
        "class Scaled(nn.Linear):\n"
        "    def forward(self, x):\n"
        "        return super().forward(x) * self.factor\n\n"
        "model = Scaled(1, 2)\n"
        "x = torch.ones(4, 1, device=device)\n",
        "model.factor = torch.ones(2)\nmodel.to(device)(x).device",
        "model = Scaled(1, 2)\nmodel.register_buffer('factor', torch.ones(2))\n"
        "model.to(device)(x).device",
    ),
}


def mistakes(*, mistake: str = "the result not kept", device: str = "auto") -> Experiment:
    """Make a typical mistake, read what PyTorch says, then do it right."""
    there, label = accelerator(device)
    names = {"torch": torch, "nn": nn, "device": there}
    yield from wrong_and_right(*MISTAKES[mistake], names=names)
    yield Text(f"{there} is {label}", name="device", plot="device")
