"""A script ends under the microscope as it does without: nothing that is looked at minds it."""

from __future__ import annotations

import pytest

from engine.process.protocol import RunFinished, Script
from tests.runs import Runs
from tests.scope.test_microscope import printed, walked

LAZY = """
m = nn.Sequential(nn.LazyLinear(2), nn.Tanh())
m(torch.ones(1, 3))
"""

PER_SAMPLE = """
w = torch.ones(3)
def loss(w, x):
    y = w * x
    z = y.sum()
    return z
x = torch.arange(6.).reshape(2, 3)
g = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(w, x)
print(g)
"""

WORKERS = """
class Data(torch.utils.data.Dataset):
    def __len__(self):
        return 8
    def __getitem__(self, at):
        x = torch.tensor(float(at))
        return x
for batch in torch.utils.data.DataLoader(Data(), batch_size=4, num_workers=2):
    print(batch)
"""

ODD = """
class Odd(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        print(function.__name__)
        return super().__torch_function__(function, types, args, kwargs or {})
class Liar:
    __class__ = property(lambda self: print("asked"))
    def __getattr__(self, name):
        raise RuntimeError(name)
    def __eq__(self, other):
        raise RuntimeError("compared")
    def __repr__(self):
        raise RuntimeError("shown")
class Part(nn.Module):
    def __init__(self):
        self.early = 1
        super().__init__()
    def named_parameters(self, *a, **k):
        print("listed")
        return []
a = Odd([1.0, 2.0])
b = Liar()
c = Part()
d = torch.eye(3).to_sparse()
e = torch.ones(2, device="meta")
f = 10 ** 5000
g = float("nan")
h = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
i = torch.ones(2, dtype=torch.complex64)
j = torch.ones(0, 3)
k = torch.tensor([2**62, 1])
with torch.inference_mode():
    l = torch.ones(2)
    m = l + 1
print(a + 1)
"""

GRAPH = """
a = torch.ones(2, requires_grad=True)
b = (a * 3).sum()
b.backward(create_graph=True, retain_graph=True)
b.backward()
c = torch.optim.LBFGS([a])
def closure():
    c.zero_grad()
    d = (a ** 2).sum()
    d.backward()
    return d
c.step(closure)
torch.autograd.backward([(a * 2).sum(), (a * 3).sum()])
print(a, a.grad)
"""

THREAD = """
import threading
def work():
    for n in range(3):
        out.append(n)
out = []
t = threading.Thread(target=work)
t.start()
t.join()
print(out)
"""

DEEP = """
def down(n):
    if n == 0:
        return 0
    below = down(n - 1)
    return below + 1
print(down(700))
"""

SCRIPTS = {"lazy": LAZY, "per sample": PER_SAMPLE, "workers": WORKERS, "odd": ODD, "graph": GRAPH,
           "thread": THREAD, "deep": DEEP}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
async def test_it_ends_and_prints_as_without(engine: Runs, name: str) -> None:
    code = f"import torch\nfrom torch import nn\n{SCRIPTS[name]}"
    plain = engine.begin(Script(code=code))
    assert isinstance(await engine.ended(plain), RunFinished), printed(engine, plain)
    stops = await walked(engine, code)
    scoped = stops[0].run_id
    assert isinstance(await engine.ended(scoped), RunFinished), printed(engine, scoped)
    assert printed(engine, scoped) == printed(engine, plain)
