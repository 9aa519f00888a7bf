"""What stands beside a loss is of its step: rates as they change, each optimizer's by name."""

from __future__ import annotations

import pytest

from engine.process.protocol import RunFinished
from tests.learner_runs import script
from tests.runs import Runs

LOOP = """
import threading, time, torch
from torch import nn
from engine.probe.probe import Probe
torch.manual_seed(0)
x = torch.randn(16, 3)
y = x.sum(1, keepdim=True)
shown, notes = {}, []
def record(step, name, value):
    shown.setdefault(name, []).append((step, value))
probe = Probe(
    lambda view: time.perf_counter(),
    record=record,
    note=lambda about, text: notes.append((about, text)),
)
def step(model, optimizer):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
def held(name, step):
    return [value for at, value in shown[name] if at <= step][-1]
with probe:
"""


async def told(engine: Runs, body: str) -> str:
    """What a loop prints that is watched from inside; what follows ``# after`` comes after it."""
    within, after = body.split("# after\n")
    inner = "".join(f"    {line}\n" for line in within.strip().splitlines())
    ran = await script(engine, f"{LOOP}{inner}{after}", fps=0)
    assert isinstance(ran.end, RunFinished), ran.printed
    return ran.printed.strip()


@pytest.mark.parametrize("rate", ["0.1", "torch.tensor(0.1)"])
async def test_a_rate_is_that_of_its_step_wherever_it_changes(engine: Runs, rate: str) -> None:
    body = f"""
model, used = nn.Linear(3, 1), []
optimizer = torch.optim.Adam(model.parameters(), lr={rate})
schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 150, 399], 0.5)
for i in range(400):
    used.append(float(optimizer.param_groups[0]["lr"]))
    step(model, optimizer)
    schedule.step()
# after
print([held("lr", at) for at in range(1, 401)] == used, shown["lr"][-1][0], len(shown["lr"]) < 100)
"""
    assert await told(engine, body) == "True 400 True"


async def test_two_optimizers_have_a_rate_and_a_name_each(engine: Runs) -> None:
    body = """
one, two = nn.Linear(3, 1), nn.Linear(3, 1)
first = torch.optim.SGD(one.parameters(), lr=0.01)
second = torch.optim.SGD(two.parameters(), lr=0.02)
for i in range(40):
    step(one, first)
    step(two, second)
# after
print(*({value for _, value in shown[name]} for name in ("lr", "lr 2")))
"""
    assert await told(engine, body) == "{0.01} {0.02}"


async def test_a_new_optimizer_of_the_same_weights_goes_on_with_their_loss(engine: Runs) -> None:
    body = """
model = nn.Linear(3, 1)
for i in range(40):
    step(model, torch.optim.SGD(model.parameters(), lr=0.01))
kept = [torch.optim.SGD(model.parameters(), lr=0.01 * k) for k in (1, 2)]
for optimizer in kept:
    step(model, optimizer)
for i in range(3):
    model = nn.Linear(3, 1)
    step(model, torch.optim.SGD(model.parameters(), lr=0.01))
# after
print({name: len(values) for name, values in shown.items() if name.startswith("loss")})
"""
    assert await told(engine, body) == "{'loss': 42, 'loss 2': 1, 'loss 3': 1, 'loss 4': 1}"


async def test_of_two_threads_one_is_followed_and_that_is_said(engine: Runs) -> None:
    body = """
def train(mine, others):
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for i in range(40):
        mine.acquire()
        step(model, optimizer)
        others.release()
    both_done.wait()  # one that has ended is followed no longer
both_done = threading.Barrier(2)
turns = [threading.Semaphore(1), threading.Semaphore(0)]
threads = [
    threading.Thread(target=train, args=order, name=f"worker {k}")
    for k, order in enumerate((turns, turns[::-1]))
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# after
print({name: len(values) for name, values in shown.items() if name.startswith("loss")}, notes)
"""
    assert await told(engine, body) == (
        "{'loss': 40} [('', 'Several threads train: what is shown is of worker 0 alone.')]"
    )


async def test_passes_in_threads_that_end_are_all_seen(engine: Runs) -> None:
    body = """
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(30):
    optimizer.zero_grad()
    thread = threading.Thread(target=lambda: nn.functional.mse_loss(model(x), y).backward())
    thread.start()
    thread.join()
    optimizer.step()
# after
print(len(shown["loss"]), notes)
"""
    assert await told(engine, body) == "30 []"


async def test_steps_without_a_pass_are_counted_and_it_is_said_why_no_loss_is_there(
    engine: Runs,
) -> None:
    body = """
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(30):
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    optimizer.step()
# after
print(list(shown), shown["lr"][-1], notes)
"""
    said = "Steps are made, but no backward pass was seen before them: there is no loss to show."
    assert await told(engine, body) == f"['lr'] (30, 0.01) [('', '{said}')]"
