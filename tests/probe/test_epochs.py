"""Epochs and samples per second are told where the loader leaves no doubt, and only there."""

from __future__ import annotations

import pytest

from engine.process.protocol import RunFinished
from tests.learner_runs import script
from tests.runs import Runs

LOOP = """
import time, torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, Subset, TensorDataset
from engine.probe import phases
from engine.probe.probe import Probe
from engine.views import Scalars
phases.PAUSE_SECONDS = 0.0
x = torch.randn(100, 3)
pairs = TensorDataset(x, x.sum(1, keepdim=True))
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
begun, samples = [], []
def show(view):
    if isinstance(view, Scalars) and "epoch" in view.values:
        begun.append((view.step, view.values["epoch"]))
    return time.perf_counter()
def step(batch):
    a, b = batch
    optimizer.zero_grad()
    nn.functional.mse_loss(model(a), b).backward()
    optimizer.step()
    now = time.perf_counter()
    while time.perf_counter() - now < 0.002:
        pass
def tick(step, now, number):
    samples.append(number)
with Probe(show, tick=tick, is_closer=True):
{body}
known = [each for each in samples[len(samples) // 2:]]
print(begun, sorted({round(each, 1) for each in known if each}), None in known)
"""


async def told(engine: Runs, body: str) -> str:
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    ran = await script(engine, LOOP.replace("{body}", indented))
    assert isinstance(ran.end, RunFinished), ran.end
    return ran.printed.strip()


CLEAR = {
    "one loader": """
loader = DataLoader(pairs, batch_size=20, shuffle=True)
for epoch in range(20):
    for batch in loader: step(batch)
""",
    "a loader for each epoch": """
for epoch in range(20):
    for batch in DataLoader(pairs, batch_size=20): step(batch)
""",
    "evaluated after each epoch, and in the middle": """
loader, other = (DataLoader(Subset(pairs, range(100)), batch_size=20) for _ in range(2))
for epoch in range(20):
    for i, batch in enumerate(loader):
        step(batch)
        if i in (2, 4):
            for a, b in other:
                with torch.no_grad(): model(a)
""",
    "a loader of the same data evaluates": """
loader, other = (DataLoader(pairs, batch_size=size) for size in (20, 50))
for epoch in range(20):
    for i, batch in enumerate(loader):
        step(batch)
        if i == 2:
            for a, b in other:
                with torch.no_grad(): model(a)
""",
}


@pytest.mark.parametrize("body", CLEAR.values(), ids=CLEAR)
async def test_epochs_begin_where_another_pass_over_the_data_does(engine: Runs, body: str) -> None:
    printed = await told(engine, body)
    assert printed.startswith(str([(5 * each, each + 1) for each in range(20)]))
    assert "[20.0]" in printed


UNCLEAR = {
    "a pass for each batch": """
loader = DataLoader(pairs, batch_size=20)
for i in range(40): step(next(iter(loader)))
""",
    "two data sets": """
one, two = (DataLoader(TensorDataset(x, x[:, :1]), batch_size=20) for _ in range(2))
for epoch in range(3):
    for loader in (one, two):
        for batch in loader: step(batch)
""",
}


@pytest.mark.parametrize("body", UNCLEAR.values(), ids=UNCLEAR)
async def test_where_nobody_can_say_what_an_epoch_is_nothing_is_said(
    engine: Runs, body: str
) -> None:
    begun = (await told(engine, body)).partition("]")[0]
    assert begun.endswith(", 0)")
    assert begun.count("(") == 2


NO_SIZE = {
    "no loader": "for i in range(60): step((x, x[:, :1]))",
    "a data set that makes batches": """
class Batches(IterableDataset):
    def __iter__(self):
        for i in range(60): yield x, x[:, :1]
for batch in DataLoader(Batches(), batch_size=None): step(batch)
""",
    "samples side by side, not stacked": """
for epoch in range(20):
    for batch in DataLoader(pairs, batch_size=20, collate_fn=lambda all: all):
        step((torch.stack([a for a, _ in batch]), torch.stack([b for _, b in batch])))
""",
    "two loaders at once": """
other = DataLoader(TensorDataset(x), batch_size=20)
for epoch in range(20):
    for batch, _ in zip(DataLoader(pairs, batch_size=20), other): step(batch)
""",
}


@pytest.mark.parametrize("body", NO_SIZE.values(), ids=NO_SIZE)
async def test_samples_are_never_guessed(engine: Runs, body: str) -> None:
    assert (await told(engine, body)).endswith("[] True")


async def test_the_last_batch_of_a_pass_may_be_smaller(engine: Runs) -> None:
    body = """
loader = DataLoader(pairs, batch_size=80)
for epoch in range(200):
    for batch in loader: step(batch)
"""
    printed = await told(engine, body)
    sizes = [float(each) for each in printed.rpartition("[")[2].partition("]")[0].split(",")]
    assert all(20 < each < 80 for each in sizes)


async def test_what_a_data_set_raises_passes_as_it_is(engine: Runs) -> None:
    body = """
import traceback
class Broken(TensorDataset):
    def __getitem__(self, i):
        if i > 60: raise KeyError(i)
        return super().__getitem__(i)
said = set()
for epoch in range(60):
    try:
        for batch in DataLoader(Broken(x, x[:, :1]), batch_size=20): step(batch)
    except KeyError as error:
        said |= {each.filename for each in traceback.extract_tb(error.__traceback__)}
print(len(said) > 2, any("probe" in each for each in said))
"""
    assert (await told(engine, body)).startswith("True False")
