"""The six steps of a loop are found in sources of many kinds, and in no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.experiments import training
from tui.state.loop_steps import STEPS, loop_steps

PRED = """\
import torch
from torch import nn
from torch.optim import Adam
net = nn.Linear(2, 1)
net.cuda()
opt = Adam(net.parameters())
scheduler = torch.optim.lr_scheduler.StepLR(opt, 3)
def fit(loader):
    for epoch in range(3):
        net.train(True)
        for x, y in loader:
            x = x.cuda()
            out = net(x)
            error = nn.functional.mse_loss(out, y)
            total = error + 0.1
            opt.zero_grad()
            total.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        scheduler.step()
        net.eval()
"""

SCALED = """\
optimizer = SGD(model.parameters())
for x, y in loader:
    optimizer.zero_grad()
    with torch.autocast("cuda"):
        loss = criterion(model(x), y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
"""


def test_the_courses_own_loop_has_its_numbers() -> None:
    """The source of the page "Six steps" writes them behind its lines."""
    source = training.LOOP
    written, last = {}, 0
    for at, line in enumerate(source.splitlines(), 1):
        comment = line.partition("#")[2].strip()
        if comment[:1].isdigit():
            last = int(comment[0])
        if comment and not comment.startswith("now") and "loader" not in line:
            written[at] = last
    assert loop_steps(source) == written
    assert set(written.values()) == set(STEPS)


def test_the_loop_that_trains_has_those_of_its_comments() -> None:
    source = Path(str(training.__file__)).read_text(encoding="utf-8")
    found = loop_steps(source)
    for at, line in enumerate(source.splitlines(), 1):
        if "  # " in line.strip() and line.partition("  # ")[2][:2] in {f"{n}." for n in STEPS}:
            assert found[at] == int(line.partition("  # ")[2][0]), line


def test_an_unusual_order_and_many_names() -> None:
    assert loop_steps(PRED) == {
        5: 1, 6: 1, 10: 2, 12: 3, 13: 5, 14: 5, 15: 5, 16: 4, 17: 6, 19: 6
    }  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = = 1",
        "x = torch.ones(2, requires_grad=True)\nx.sum().backward()\n",
        "for i in range(3):\n    x = i * 2\n    print(x)\n",
        "def f(x):\n    return x.to('cuda')\n",
    ],
)
def test_what_trains_nothing_has_none(source: str) -> None:
    assert loop_steps(source) == {}


CLOSED = """\
optimizer = torch.optim.LBFGS(model.parameters())
for step in range(5):
    def closure():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        return loss
    optimizer.step(closure)
"""


def test_a_closure_is_asked_again_and_again() -> None:
    assert loop_steps(CLOSED) == {1: 1, 4: 4, 5: 5, 6: 6, 8: 6}


def test_a_loss_in_a_block_of_its_own() -> None:
    found = loop_steps(SCALED)
    assert found == {1: 1, 3: 4, 5: 5, 6: 6, 7: 6}
