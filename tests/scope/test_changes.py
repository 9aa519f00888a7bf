"""What is marked as changed did change, and by the line that is named."""

from __future__ import annotations

from engine.process.stops import Stop
from tests.runs import Runs
from tests.scope.test_microscope import walked

INNER = """\
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def forward(self, x):
        out = self.fc(x)
        return out
net = Net()
x = torch.ones(3, 2)
y = net(x)
for step in range(2):
    z = step
done = True
"""


def marks(stop: Stop) -> dict[str, int]:
    """What had changed, and the line that did it."""
    return {each.name: each.line for each in stop.names if each.changed}


async def stops(engine: Runs, code: str) -> list[Stop]:
    """All stops of a script that runs on."""
    return [event.stop for event in await walked(engine, code)]


async def test_a_call_changes_nothing_but_what_it_gives(engine: Runs) -> None:
    seen = await stops(engine, INNER)
    after = next(each for each in seen if each.line == 13)
    assert marks(after) == {"y": 12}
    inside = next(each for each in seen if each.function == "forward")
    assert {"self", "x"} <= marks(inside).keys()


async def test_a_loop_changes_its_name_and_not_those_of_its_body(engine: Runs) -> None:
    seen = [each for each in await stops(engine, INNER) if each.line in (13, 14)]
    assert [(each.line, marks(each)) for each in seen[1:]] == [
        (14, {"step": 13}),
        (13, {"z": 14}),
        (14, {"step": 13}),
        (13, {"z": 14}),
    ]


async def test_what_is_written_past_the_count_is_marked(engine: Runs) -> None:
    code = "import torch\nw = torch.ones(2)\nw.data.mul_(3)\nw.numpy()[0] = 5\ndone = True\n"
    seen = await stops(engine, code)
    assert [marks(each) for each in seen[2:]] == [{"w": 2}, {"w": 3}, {"w": 4}]
    assert seen[-1].names[0].grid == [[5.0, 3.0]]


ANEW = """\
import torch
def anew():
    global w
    w = None
    w = torch.ones(2)
w = torch.ones(2)
anew()
done = True
"""


async def test_another_tensor_is_another_also_at_the_same_address(engine: Runs) -> None:
    seen = await stops(engine, ANEW)
    assert "w" in marks(seen[-1])


OUTSIDE = """\
import torch
from torch import nn
model = nn.Linear(1, 1)
rate = 0.1
def train(x):
    loss = (model(x) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for w in model.parameters():
            w -= rate * w.grad
    return loss
train(torch.ones(4, 1))
"""


async def test_a_function_shows_what_it_looks_up_outside(engine: Runs) -> None:
    stops = [event.stop for event in await walked(engine, OUTSIDE)]
    inside = [stop for stop in stops if stop.function == "train"]
    first = {each.name: each.changed for each in inside[0].names}
    # Its argument is new; what was there before is not.
    assert first == {
        "x": True,
        "model": False,
        "model.weight": False,
        "model.bias": False,
        "rate": False,
    }
    arrived = next(stop.arrived for stop in inside if stop.arrived)
    assert sorted(each.leaf for each in arrived if each.leaf) == ["model.bias", "model.weight"]
