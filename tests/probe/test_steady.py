"""A loop that goes on as it went is read the short way, and what changes in it is seen at once."""

from __future__ import annotations

import pytest

from engine.probe.steady import CADENCES, cadence
from engine.process.protocol import RunFinished
from tests.learner_runs import script
from tests.runs import Runs

LOOP = """
import time, torch
from torch import nn
from engine.probe.probe import Probe
from engine.probe.steps import Steps
torch.manual_seed(0)
x = torch.randn(16, 3)
y = x.sum(1, keepdim=True)
model = nn.Linear(3, 1)
shown, printed, notes = [], [], []
short = []
goes_on = Steps.goes_on
def counted(self, optimizer):
    short.append(True)
    goes_on(self, optimizer)
Steps.goes_on = counted
probe = Probe(
    lambda view: time.perf_counter(),
    record=lambda step, name, loss: name.startswith("loss") and shown.append((step, name, loss)),
    note=lambda about, text: notes.append((about, text)),
    may_rest={may_rest},
)
def pass_(factor=1.0, where=None):
    loss = nn.functional.mse_loss((where or model)(x), y)
    (loss / factor if factor != 1 else loss).backward()
    printed.append(loss.item())
    return loss
def step(optimizer):
    optimizer.step()
    optimizer.zero_grad()
with probe:
{body}
losses = [loss for _, name, loss in shown if name == "loss"]
"""


async def told(engine: Runs, body: str, *, may_rest: bool = False) -> str:
    """What a loop prints about itself."""
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    head, _, rest = indented.partition("\n    # afterwards\n")
    after = "\n".join(line.removeprefix("    ") for line in rest.splitlines())
    ran = await script(
        engine, LOOP.replace("{may_rest}", str(may_rest)).replace("{body}", head) + after
    )
    assert isinstance(ran.end, RunFinished), ran.end
    return ran.printed


async def test_most_passes_are_read_the_short_way_and_every_loss_is_there(engine: Runs) -> None:
    body = """
sgd = torch.optim.SGD(model.parameters(), lr=0.01)
for _ in range(400):
    pass_()
    step(sgd)
# afterwards
print(sum(short) > 200, losses == printed, [each[0] for each in shown] == list(range(1, 401)))
"""
    assert await told(engine, body) == "True True True\n"


async def test_gradients_that_are_gathered_from_some_step_on(engine: Runs) -> None:
    body = """
sgd = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(400):
    for _ in range(1 if i < 300 else 2):
        pass_(1.0 if i < 300 else 2.0)
    step(sgd)
means = printed[:300] + [sum(printed[300 + 2 * i:302 + 2 * i]) / 2 for i in range(100)]
# afterwards
print(len(losses), max(abs(a - b) for a, b in zip(losses, means)) < 1e-6)
"""
    assert await told(engine, body) == "400 True\n"


async def test_another_optimizer_goes_on_where_the_first_left_off(engine: Runs) -> None:
    body = """
first, counts = torch.optim.Adam(model.parameters(), lr=0.001), []
second = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=4)
def closure():
    second.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    printed.append(loss.item())
    return loss
for _ in range(200):
    closure()
    step(first)
for _ in range(3):
    second.step(closure)
# afterwards
print([each[2] for each in shown] == printed, sum(short) > 50)
"""
    assert await told(engine, body) == "True True\n"


async def test_two_models_by_turns_from_some_step_on(engine: Runs) -> None:
    body = """
other = nn.Linear(3, 1)
one, two = (torch.optim.SGD(each.parameters(), lr=0.01) for each in (model, other))
for i in range(300):
    pass_()
    step(one)
    if i >= 200:
        pass_(where=other)
        step(two)
# afterwards
seconds = sum(name == "loss 2" for _, name, _ in shown)
print(len(losses), seconds, [each[2] for each in shown] == printed)
"""
    assert await told(engine, body) == "300 100 True\n"


async def test_a_fast_loop_is_listened_to_now_and_then(engine: Runs) -> None:
    body = """
sgd = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(600):
    if i == 300:
        probe._steady.every = 10
        probe._meanings.tell("loss")
    pass_()
    step(sgd)
known, before = dict((at, loss) for at, _, loss in shown), len(shown)
for i in range(100):
    pass_(2.0)
    pass_(2.0)
    step(sgd)
# afterwards
print(all(printed[at - 1] == loss for at, loss in known.items()), before < 450)
hundreds = range(400, 600, 100)
print(all(at in known for at in hundreds), all(at + 1 in known for at in hundreds))
late = [(at, loss) for at, _, loss in shown[before:] if at > 601]
print(max(abs(loss - sum(printed[600 + 2 * (at - 601):][:2]) / 2) for at, loss in late) < 1e-6)
print(len(late) >= 98, late[-1][0], [text for _, text in notes][:2])
"""
    said = (await told(engine, body, may_rest=True)).splitlines()
    assert said[:3] == ["True True", "True True", "True"]
    assert said[3] == "True 700 ['2 of every 10 steps', '']"


@pytest.mark.parametrize(
    ("part", "now", "found"),
    [
        (2.0, 1, 1),
        (0.9, 1, 4),
        (0.5, 1, 4),
        (0.3, 1, 10),
        (0.001, 1, 100),
        (0.55, 10, 10),
        (0.7, 10, 4),
    ],
)
def test_so_many_are_listened_to_as_may_be(part: float, now: int, found: int) -> None:
    assert cadence(part, now) == found
    assert found in CADENCES
