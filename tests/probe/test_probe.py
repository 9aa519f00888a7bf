"""A loop is seen without a line of it changed, and runs as if nobody looked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.process.protocol import RunFinished, Samples, Shown
from engine.views import Grid, Line, Scatter
from tests.learner_runs import Done, script
from tests.runs import Runs

DATA = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(1)
x = torch.linspace(0, 5, 60).unsqueeze(1)
y = torch.sin(x) + 0.1 * torch.randn(60, 1)
model = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
losses = []
"""

WITH_OPTIMIZER = """
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(300):
    optimizer.zero_grad()
    loss = {loss}
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(losses[0], losses[-1], len(losses))
"""

BY_HAND = """
for step in range(300):
    loss = {loss}
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.05 * p.grad
            p.grad = None
    losses.append(loss.item())
print(losses[0], losses[-1], len(losses))
"""

IN_BATCHES = """
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loader = DataLoader(TensorDataset(x, y), batch_size=1, shuffle=True)
for epoch in range(5):
    for a, b in loader:
        loss = nn.functional.mse_loss(model(a), b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
print(losses[0], losses[-1], len(losses))
"""

MSE = "nn.functional.mse_loss(model(x), y)"
SQUARED = "((model(x) - y) ** 2).mean()"
TURNED = "(y - model(x)).pow(2).sum() / len(x)"


def values(ran: Done, name: str) -> np.ndarray[Any, Any]:
    """Every value of a scalar, in order."""
    parts = [np.asarray(e.values) for e in ran.all(Samples) if e.name == name]
    return np.concatenate(parts) if parts else np.empty(0)


def views(ran: Done, kind: type) -> list[Any]:
    """The views of one kind that were shown."""
    return [event.view for event in ran.all(Shown) if isinstance(event.view, kind)]


@pytest.mark.parametrize("loop", [WITH_OPTIMIZER, BY_HAND])
@pytest.mark.parametrize("loss", [MSE, SQUARED, TURNED])
async def test_a_plain_loop_shows_its_losses_and_its_fit(
    engine: Runs, loop: str, loss: str
) -> None:
    ran = await script(engine, DATA + loop.format(loss=loss), fps=0)
    first, last, count = ran.printed.split()
    seen = values(ran, "loss")
    assert (len(seen), seen[0], seen[-1]) == (int(count), float(first), float(last))
    assert values(ran, "grad_norm")[0] > 0
    assert set(values(ran, "lr")) == ({0.05} if loop is WITH_OPTIMIZER else set())
    (points,) = views(ran, Scatter)[-1:]
    assert len(points.x) == 60
    lines = views(ran, Line)
    early, late = (
        np.abs(line.y - np.sin(np.asarray(line.x))).mean() for line in lines[:: len(lines) - 1]
    )
    assert late < early


async def test_a_loop_of_single_points_gathers_them_all(engine: Runs) -> None:
    ran = await script(engine, DATA + IN_BATCHES, fps=0)
    assert len(values(ran, "loss")) == 300
    assert len(views(ran, Scatter)[-1].x) == 60
    assert len(views(ran, Line)[-1].x) == 200


@pytest.mark.parametrize("loop", [WITH_OPTIMIZER.format(loss=MSE), IN_BATCHES])
async def test_being_watched_changes_no_number(engine: Runs, loop: str) -> None:
    told = "print([p.sum().item() for p in model.parameters()])"
    code = f"{DATA}model.insert(1, nn.Dropout(0.1))\n{loop}\n{told}"
    watched = await script(engine, code, fps=0)
    shut = "probe.Probe._look = steps.Steps._measure = lambda *_: None"
    blind = f"from engine.probe import probe, steps\n{shut}\n{code}"
    alone = await script(engine, blind, fps=0)
    assert watched.printed == alone.printed


async def test_being_watched_calls_no_hook_of_the_model(engine: Runs) -> None:
    count = "calls = []\nmodel[0].register_forward_hook(lambda *_: calls.append(1))\n"
    ran = await script(engine, f"{DATA}{count}{IN_BATCHES}\nprint(len(calls))", fps=0)
    assert views(ran, Line)
    assert ran.printed.splitlines()[-1] == "300"


async def test_two_optimizers_are_two_curves(engine: Runs) -> None:
    code = (
        DATA
        + """
other = nn.Linear(1, 1)
one, two = (torch.optim.SGD(m.parameters(), lr=0.01) for m in (model, other))
for step in range(40):
    for m, optimizer in ((model, one), (other, two)):
        optimizer.zero_grad()
        nn.functional.mse_loss(m(x), y).backward()
        optimizer.step()
"""
    )
    ran = await script(engine, code, fps=0)
    assert [len(values(ran, name)) for name in ("loss", "loss 2")] == [40, 40]


async def test_more_can_be_watched_by_name(engine: Runs) -> None:
    code = (
        DATA
        + """
for step in range(5):
    watch(accuracy=step / 5, weights=model[0].weight)
"""
    )
    ran = await script(engine, code, fps=0)
    assert list(values(ran, "accuracy")) == [0, 0.2, 0.4, 0.6, 0.8]
    assert views(ran, Grid)[-1].values.shape == (12, 1)


async def test_what_is_no_regression_draws_no_fit(engine: Runs) -> None:
    code = (
        DATA
        + """
labels = torch.randint(3, (60,))
classifier = nn.Linear(2, 3)
optimizer = torch.optim.Adam(classifier.parameters())
for step in range(50):
    optimizer.zero_grad()
    nn.functional.cross_entropy(classifier(torch.randn(60, 2)), labels).backward()
    optimizer.step()
"""
    )
    ran = await script(engine, code, fps=0)
    assert len(values(ran, "loss")) == 50
    assert not views(ran, Scatter)
    assert not views(ran, Line)


async def test_no_function_is_replaced_and_everything_is_as_before_in_the_end(
    engine: Runs,
) -> None:
    code = """
import builtins, inspect, pickle, time, torch
from torch.optim import optimizer as hooks
from engine.probe.probe import Probe
F, Optimizer, Variable = torch.nn.functional, torch.optim.Optimizer, torch.autograd.Variable
functions = lambda: [
    torch.autograd.backward, torch.autograd.grad, Optimizer.__init__, Optimizer.step,
    torch.Tensor.backward, F.dropout, F.batch_norm, torch.autograd.graph._engine_run_backward,
]
places = lambda: [
    vars(Variable)["_execution_engine"], builtins.watch,
    dict(hooks._global_optimizer_post_hooks), dict(hooks._global_optimizer_pre_hooks),
]
before, replaced = functions(), places()
with Probe(lambda view: time.perf_counter()):
    assert places() != replaced
    print(functions() == before, [inspect.getsource(each) for each in functions()] and "sources")
    print([pickle.loads(pickle.dumps(each)) for each in functions()] == before)
print(functions() == before, places() == replaced)
"""
    ran = await script(engine, code)
    assert (ran.printed, type(ran.end)) == ("True sources\nTrue\nTrue True\n", RunFinished)
