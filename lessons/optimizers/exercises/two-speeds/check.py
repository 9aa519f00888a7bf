import torch
from torch import nn

from engine.grading.checks import Code, expect, kept, near

WANT = {"body": 0.001, "head": 0.1}


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4))
        self.head = nn.Linear(4, 1)


def rates(code, gradient=1.0):
    """For every parameter, how far a step moved it per unit of gradient."""
    model = Model()
    optimizer = code.make_optimizer(model)
    expect(isinstance(optimizer, torch.optim.Optimizer), "no-optimizer", kind=type(optimizer).__name__)
    before = kept(model)
    for p in model.parameters():
        p.grad = torch.full_like(p, gradient)
    optimizer.step()
    moves = {name: before[name] - p.detach() for name, p in model.named_parameters()}
    return {name: float(move.mean()) / gradient for name, move in moves.items()}


def of(part, moved):
    return {name: rate for name, rate in moved.items() if name.startswith(part)}


def an_optimizer(code: Code) -> None:
    moved = rates(code)
    expect(any(moved.values()), "another-model")
    for name, rate in rates(code, 2.0).items():
        if moved[name]:
            facts = {"name": name, "ratio": 2 * rate / moved[name]}
            expect(near(rate, moved[name], 1e-3), "not-sgd", **facts)


def head(code: Code) -> None:
    moved = rates(code)
    weight, deep = moved["head.weight"], moved["body.0.weight"]
    alike = near(weight, deep) and weight
    expect(near(weight, 0.1) or not alike, "one-speed", rate=weight)
    expect(not (near(weight, 0.001) and near(deep, 0.1)), "swapped", rate=weight)
    expect(near(weight, 0.1), "wrong-rate", name="head.weight", rate=weight, want=0.1)


def body(code: Code) -> None:
    moved = of("body", rates(code))
    expect(any(moved.values()), "body-left-out")
    rate = moved["body.0.weight"]
    expect(not near(rate, 0.1), "one-speed", rate=rate)
    expect(near(rate, 0.001), "wrong-rate", name="body.0.weight", rate=rate, want=0.001)


def all_of_it(code: Code) -> None:
    for name, rate in rates(code).items():
        want = WANT[name.partition(".")[0]]
        expect(rate != 0, "bias-left-out", name=name)
        expect(near(rate, want), "wrong-rate", name=name, rate=rate, want=want)
