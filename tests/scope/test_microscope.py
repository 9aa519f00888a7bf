"""The microscope over real scripts, in real runs."""

from __future__ import annotations

import sys

import pytest

from engine.process.protocol import Printed, Script, Stopped
from engine.process.stops import Walking
from tests.runs import Runs

LOOP = """\
import torch
from torch import nn
torch.manual_seed(1)
x = torch.linspace(-1, 1, 8).unsqueeze(1)
y = 2 * x + 1
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for step in range(3):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print("done", float(loss))
"""


LINES: list[Walking] = ["line"] * 12


async def walked(engine: Runs, code: str, *ways: Walking) -> list[Stopped]:
    """Every stop on a walk that goes these ways, then on to the end."""
    run = engine.begin(Script(code=code), scope=True)
    last: Stopped | None = None
    every: tuple[Walking, ...] = (*ways, "end")
    for way in every:
        last = await engine.until(Stopped, run, after=last, such=lambda e: e.held)
        engine.engine.walk(run, way)
    await engine.ended(run)
    return [e for e in engine.events if isinstance(e, Stopped) and e.run_id == run]


async def test_every_press_lights_the_next_line(engine: Runs) -> None:
    stops = await walked(engine, LOOP, *LINES)
    held = [e.stop.line for e in stops if e.held]
    assert held == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8]
    assert [e.stop.number for e in stops] == list(range(len(stops)))


async def test_what_changed_is_marked_with_its_line(engine: Runs) -> None:
    stops = [e.stop for e in await walked(engine, LOOP, *LINES)]
    loss = {each.name: each for each in stops[10].names}["loss"]
    assert (loss.changed, loss.line, loss.shape) == (True, 10, [])
    after = {each.name: each for each in stops[12].names}
    assert (after["model.weight"].changed, after["model.weight"].line) == (True, 12)
    assert (after["loss"].changed, after["loss"].line) == (False, 10)


async def test_walking_by_passes_and_backwards(engine: Runs) -> None:
    stops = await walked(engine, LOOP, "backward", "pass", "pass")
    assert [e.stop.line for e in stops if e.held] == [1, 11, 9, 9]


async def test_gradients_arrive_in_order_and_the_step_is_as_by_hand(engine: Runs) -> None:
    stops = [e.stop for e in await walked(engine, LOOP)]
    backward = next(stop for stop in stops if stop.arrived)
    assert backward.line == 12
    assert backward.arrived[0].operation == "MseLoss"
    leaves = [each.leaf for each in backward.arrived if each.leaf]
    assert sorted(leaves) == ["model.bias", "model.weight"]
    steps = [stop.updated for stop in stops if stop.updated]
    assert len(steps) == 3
    for update in (each for step in steps for each in step):
        assert isinstance(update.by_hand, float)
        assert isinstance(update.new, float)
        assert abs(update.by_hand - update.new) <= 2e-7 * max(1, abs(update.new))


def printed(engine: Runs, run: int) -> str:
    """All that a run has printed."""
    events = [e for e in engine.events if isinstance(e, Printed) and e.run_id == run]
    return "".join(event.text for event in events)


async def test_it_computes_and_prints_the_same_as_without(engine: Runs) -> None:
    plain = engine.begin(Script(code=LOOP))
    await engine.ended(plain)
    scoped = (await walked(engine, LOOP))[0].run_id
    assert "done" in printed(engine, plain)
    assert printed(engine, scoped) == printed(engine, plain)


async def test_an_exception_stops_at_its_line_with_the_names_as_they_were(engine: Runs) -> None:
    code = "import torch\nx = torch.ones(4, 8)\ndef f(a):\n    b = a @ a\n    return b\nf(x)\n"
    stops = [e.stop for e in await walked(engine, code)]
    assert (stops[-1].line, stops[-1].function) == (4, "f")
    assert "mat1 and mat2" in stops[-1].error
    assert [each.shape for each in stops[-1].names] == [[4, 8]]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python has no sys.monitoring")
async def test_newer_pythons_are_not_asked_at_every_call(engine: Runs) -> None:
    code = "import sys\nprint(sys.monitoring.get_tool(0), sys.gettrace())\n"
    stops = await walked(engine, code)
    assert "tocha None" in printed(engine, stops[0].run_id)


OWN_MODEL = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)
    def forward(self, x):
        return self.layer(x)
x = torch.arange(4.0).reshape(4, 1)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(3):
    optimizer.zero_grad()
    for part in x.split(2):
        nn.functional.mse_loss(model(part), 2 * part).backward()
    optimizer.step()
"""


async def test_what_the_picture_of_a_fit_asks_of_the_model_is_no_stop(engine: Runs) -> None:
    stops = [e.stop for e in await walked(engine, OWN_MODEL)]
    shapes = [
        each.shape for s in stops if s.function == "forward" for each in s.names if each.name == "x"
    ]
    assert shapes == 6 * [[2, 1]]


CLOSED = """\
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
optimizer = torch.optim.{kind}([w], lr=0.1)
def closure():
    optimizer.zero_grad()
    loss = ((w - 3) ** 2).sum()
    loss.backward()
    return loss
optimizer.step(closure)
print(w)
"""


@pytest.mark.parametrize("kind", ["SGD", "Adam", "LBFGS"])
async def test_a_step_with_a_closure_is_told_too(engine: Runs, kind: str) -> None:
    stops = [e.stop for e in await walked(engine, CLOSED.format(kind=kind))]
    (update,) = next(stop.updated for stop in stops if stop.updated)
    assert (update.weight, update.index, update.value) == ("w", [0], 1.0)
    assert isinstance(update.new, float)
    assert update.new != update.value
    if kind == "LBFGS":
        assert update.by_hand is None
    else:
        assert isinstance(update.by_hand, float)
        assert abs(update.by_hand - update.new) <= 1e-6
