"""A fault in what looks at a loop is no fault of the loop."""

from __future__ import annotations

import pytest

from engine.process.protocol import RunFinished, Samples
from tests.learner_runs import script
from tests.runs import Runs

LOOP = """
import torch
{broken}
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(20):
    optimizer.zero_grad()
    loss = ((w - 3) ** 2).mean()
    loss.backward()
    optimizer.step()
print(w.item())
"""

BROKEN = """
def fault(*_, **__):
    raise RuntimeError("a fault of the probe's own")
from engine.probe import autograd_graph, findings, fit, looks
{place} = fault
"""

PLACES = [
    "autograd_graph.nodes",
    "autograd_graph.meeting",
    "fit.Fit.take",
    "findings.Findings.before_backward",
    "findings.Findings.stepped",
    "findings.Findings.loss",
    "looks._norm",
    "looks._learners_frame",
]


@pytest.mark.parametrize("place", PLACES)
async def test_a_look_that_fails_leaves_the_loop_as_it_is(engine: Runs, place: str) -> None:
    as_it_is = await script(engine, LOOP.format(broken=""))
    ran = await script(engine, LOOP.format(broken=BROKEN.format(place=place)))
    assert isinstance(ran.end, RunFinished), ran.end
    assert ran.printed == as_it_is.printed
    losses = [event for event in ran.all(Samples) if event.name == "loss"]
    assert sum(len(event.steps) for event in losses) == 20
