"""Silent faults: each is found where it is, and none where it is not."""

from __future__ import annotations

import msgspec
import pytest

from engine.doctor.silent_faults import SilentFault, faults
from engine.process.protocol import Finding, RunFailed, RunFinished
from lessons.format import catalog
from tests.doctor.reading import sentences
from tests.doctor.test_doctor import pages
from tests.environment import seconds
from tests.learner_runs import script
from tests.runs import Runs
from tui.state.check_job import check_job

EVERY = pytest.mark.parametrize("fault", list(faults()), ids=lambda fault: fault.id)

CONSEQUENCES = {"loss-not-finite": {"loss-exploding"}}
"""What else may be said of code with this fault."""

ON_PURPOSE = {
    "bugs.bugs": {"gradients-add-up", "loss-exploding"},
    "bugs.blind": {fault.id for fault in faults()},
    "optimizers.learning_rates": {"loss-exploding", "loss-not-finite"},
    "training.too_fast": {"loss-exploding", "loss-not-finite"},
    "optimizers.forgotten_zero_grad": {"gradients-add-up"},
    "models.shape_trap": {"target-broadcast"},
}
"""Experiments that show a fault beside the right way, and the faults they show."""


@EVERY
async def test_it_is_found_with_its_number(engine: Runs, fault: SilentFault) -> None:
    ran = await script(engine, fault.snippet)
    assert isinstance(ran.end, RunFinished)
    assert set(ran.found) - CONSEQUENCES.get(fault.id, set()) == {fault.id}
    said = next(each for each in ran.all(Finding) if each.rule == fault.id)
    assert any(letter.isdigit() for letter in said.says)
    assert sentences(said.says) <= 3
    assert said.fix
    assert said.page in pages()


@EVERY
async def test_it_is_not_found_in_the_repaired_code(engine: Runs, fault: SilentFault) -> None:
    ran = await script(engine, fault.repaired)
    assert isinstance(ran.end, RunFinished)
    assert ran.found == []


EXPERIMENTS = [
    f"{experiment.topic}.{experiment.function}"
    for lesson in catalog.lessons()
    for experiment in lesson.experiments
]

RUN = """
from time import monotonic
from engine.experiments import {topic}
began = monotonic()
for view in {topic}.{function}():
    if monotonic() - began > 1:
        break
"""


@pytest.mark.parametrize("name", sorted(set(EXPERIMENTS)))
async def test_none_is_found_in_the_courses_own_runs(engine: Runs, name: str) -> None:
    topic, _, function = name.partition(".")
    ran = await script(engine, RUN.format(topic=topic, function=function))
    assert not isinstance(ran.end, RunFailed), ran.end
    assert set(ran.found) <= ON_PURPOSE.get(name, set())


JUDGED = """
import msgspec
from engine.grading import verdicts
from engine.process.protocol import Check

class Deaf:
    def send(self, event):
        self.last = event
    def flush(self):
        pass
    def take(self, view):
        return 0.0

deaf = Deaf()
for job in msgspec.json.decode({jobs!r}, type=list[Check]):
    verdicts.Judge(job, 0, deaf).run()
    print(deaf.last.passed)
"""
"""Judge answers inside of a script: whatever they train is watched then."""


@pytest.mark.parametrize("name", [exercise.name for exercise in catalog.exercises()])
async def test_none_is_found_in_right_answers(engine: Runs, name: str) -> None:
    task = catalog.exercise(name)
    bound = seconds(task.facts.seconds)
    jobs = [check_job(task, path.read_text(encoding="utf-8"), bound) for path in task.right]
    ran = await script(engine, JUDGED.format(jobs=msgspec.json.encode(jobs)))
    assert (ran.found, type(ran.end)) == ([], RunFinished)
    answers = [line for line in ran.printed.splitlines() if line in ("True", "False")]
    assert answers == ["True"] * len(jobs)


TRAINS = {
    "training/write-the-loop": "train(nn.Linear(1, 1), [(x, y)] * 4, 100, 0.05)",
    "training/repair-shop": "fit(x, y.squeeze(1), 200)",
    "activations/fit-the-wave": "fit(x, y)",
    "optimizers/walk-downhill": "descend(lambda x: (x - 2) ** 2, -3.5, 0.1, 300)",
}


@pytest.mark.parametrize("name", TRAINS)
async def test_none_is_found_where_right_answers_train_for_long(engine: Runs, name: str) -> None:
    data = "x = torch.linspace(-1, 1, 32).unsqueeze(1)\ny = 2 * x + 1\n"
    for path in catalog.exercise(name).right:
        code = f"import torch\nfrom torch import nn\n{path.read_text()}\n\n{data}{TRAINS[name]}\n"
        ran = await script(engine, code)
        assert (ran.found, type(ran.end)) == ([], RunFinished), path


GAN = """
import torch
from torch import nn
make, judge = nn.Linear(2, 1), nn.Linear(1, 1)
makers = torch.optim.SGD(make.parameters(), lr=0.01)
judges = torch.optim.SGD(judge.parameters(), lr=0.01)
loss_of = nn.BCEWithLogitsLoss()
for step in range(200):
    real, noise = torch.randn(16, 1) + 3, torch.randn(16, 2)
    judges.zero_grad()
    loss_of(judge(real), torch.ones(16, 1)).backward()
    loss_of(judge(make(noise).detach()), torch.zeros(16, 1)).backward()
    judges.step()
    makers.zero_grad()
    loss_of(judge(make(noise)), torch.ones(16, 1)).backward()
    makers.step()
"""

ACCUMULATING = """
import torch
from torch import nn
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(100):
    optimizer.zero_grad()
    for part in range(4):
        x = torch.randn(8, 1)
        (nn.functional.mse_loss(model(x), 3 * x) / 4).backward()
    optimizer.step()
"""

FROZEN = """
import torch
from torch import nn
body, head = nn.Linear(1, 4).requires_grad_(False), nn.Linear(4, 1)
optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
x = torch.randn(32, 1)
for step in range(100):
    loss = nn.functional.mse_loss(head(torch.tanh(body(x))), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

PAIRWISE = """
import torch
points = torch.randn(10, requires_grad=True)
optimizer = torch.optim.SGD([points], lr=0.01)
for step in range(50):
    optimizer.zero_grad()
    distances = points.unsqueeze(1) - points
    loss = ((distances.abs() - 1) ** 2).mean()
    loss.backward()
    optimizer.step()
"""

SKIPPED = """
import torch
from torch import nn
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(100):
    x = torch.randn(16, 1) * (float("inf") if step == 20 else 1)
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), 3 * torch.ones(16, 1)).backward()
    if nn.utils.clip_grad_norm_(model.parameters(), 1.0).isfinite():
        optimizer.step()
"""

MASTER_COPIES = """
import torch
from torch import nn
model = nn.Linear(1, 1).bfloat16()
masters = [p.detach().float().requires_grad_() for p in model.parameters()]
optimizer = torch.optim.SGD(masters, lr=0.05)
for step in range(100):
    x = torch.randn(16, 1)
    model.zero_grad()
    nn.functional.mse_loss(model(x.bfloat16()).float(), 3 * x).backward()
    for master, p in zip(masters, model.parameters()):
        master.grad = p.grad.float()
    optimizer.step()
    for master, p in zip(masters, model.parameters()):
        p.data.copy_(master.data)
"""

TWICE_THE_SAME = """
import torch
from torch import nn
model = nn.Linear(2, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
x, labels = torch.randn(32, 2), torch.randint(3, (32,))
for step in range(50):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x).log_softmax(1), labels).backward()
    optimizer.step()
"""

SLOPES = """
import torch
for f in (torch.sin, lambda x: x**3):
    for at in (0.1, 0.5, 1.0, 10.0, 50.0, 100.0, 200.0, 1000.0, 5000.0, 1e5, 1e6):
        x = torch.tensor(at, requires_grad=True)
        f(x).backward()
        print(at, x.grad.item())
"""


@pytest.mark.parametrize(
    "code", [GAN, ACCUMULATING, FROZEN, PAIRWISE, SKIPPED, MASTER_COPIES, TWICE_THE_SAME, SLOPES]
)
async def test_none_is_found_in_right_but_unusual_loops(engine: Runs, code: str) -> None:
    ran = await script(engine, code)
    assert (ran.found, type(ran.end)) == ([], RunFinished)


BY_HAND = """
import torch
x = torch.linspace(-1, 1, 32)
y = 3 * x + 0.5
w = torch.zeros(2, requires_grad=True)
for step in range(20):
    loss = ((w[0] * x + w[1] - y) ** 2).mean()
    loss.backward()
    {move}
    w.grad.zero_()
"""


@pytest.mark.parametrize(
    "move", ["w.data -= 3.0 * w.grad", "with torch.no_grad(): w -= 3.0 * w.grad"]
)
async def test_a_loss_that_explodes_by_hand_is_found(engine: Runs, move: str) -> None:
    ran = await script(engine, BY_HAND.format(move=move))
    assert (ran.found, type(ran.end)) == (["loss-exploding"], RunFinished)
