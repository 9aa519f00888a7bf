import copy

import torch
from torch import nn

from engine.grading.checks import Code, expect, kept, near

WANT = {"body": 0.001, "head": 0.1}


class Model(nn.Module):
    def __init__(self, depth=1, width=4, head_first=False):
        super().__init__()
        if head_first:
            # A module that is set anew keeps its place: this one comes first in `children()`.
            self.head = nn.Identity()
        layers = [layer for _ in range(depth) for layer in (nn.Linear(width, width), nn.Tanh())]
        self.body = nn.Sequential(nn.Linear(3, width), nn.Tanh(), *layers)
        self.head = nn.Linear(width, 2)


class Block(nn.Module):
    """A module with a parameter of its own, and a part whose name says head."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.heads = nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2, bias=False)])


def others(draw):
    """Models of all kinds of layers: what counts is the part a parameter belongs to."""
    kinds = {
        "norms": lambda: nn.Sequential(nn.Conv1d(1, 2, 3), nn.BatchNorm1d(2), nn.LayerNorm(4)),
        "embedding": lambda: nn.Embedding(5, 3),
        "block": Block,
        "nested": lambda: nn.ModuleDict({"body": nn.Linear(2, 2), "head": nn.GRU(2, 2)}),
        "one": lambda: nn.Linear(3, 3),
    }
    first = draw.every([True, False])
    for body, head in zip(draw.shuffled(list(kinds)), draw.shuffled(list(kinds))):
        model = Model(head_first=next(first))
        model.body, model.head = kinds[body](), kinds[head]()
        yield model


def made(code, model):
    optimizer = code.make_optimizer(model)
    expect(isinstance(optimizer, torch.optim.Optimizer), "no-optimizer", kind=type(optimizer).__name__)
    return optimizer


def rates(code, gradient=1.0):
    """For every parameter, how far a step moved it against a gradient, per unit of this."""
    model = Model()
    optimizer = made(code, model)
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
        if moved[name] and rate:
            facts = {"name": name, "ratio": 2 * rate / moved[name]}
            expect(near(rate, moved[name], 2e-2), "not-sgd", **facts)


def head(code: Code) -> None:
    moved = rates(code)
    weight, deep = moved["head.weight"], moved["body.0.weight"]
    alike = near(weight, deep, 1e-2) and weight
    expect(near(weight, 0.1, 1e-2) or not alike, "one-speed", rate=-weight)
    expect(not (near(weight, 0.001, 1e-2) and near(deep, 0.1, 1e-2)), "swapped", rate=-weight)
    expect(near(weight, 0.1, 1e-3), "wrong-rate", name="head.weight", rate=-weight, want=-0.1)


def body(code: Code) -> None:
    moved = of("body", rates(code))
    expect(any(moved.values()), "body-left-out")
    rate = moved["body.0.weight"]
    expect(not near(rate, 0.1, 1e-2), "one-speed", rate=-rate)
    expect(near(rate, 0.001, 1e-2), "wrong-rate", name="body.0.weight", rate=-rate, want=-0.001)


def all_of_it(code: Code) -> None:
    for name, rate in rates(code).items():
        want = WANT[name.partition(".")[0]]
        expect(rate != 0, "bias-left-out", name=name)
        expect(near(rate, want, 1e-2), "wrong-rate", name=name, rate=-rate, want=-want)


def plain(code: Code) -> None:
    for depth in (0, code.draw.whole(1, 3)):
        follow(code, Model(depth, code.draw.whole(1, 6)))
    for model in others(code.draw):
        follow(code, model)
    no_decay(code)


def no_decay(code):
    """Where gradients are 0 plain SGD leaves all weights alone, however large they are."""
    model = code.draw.settle(Model().double(), 1e6)
    before = kept(model)
    optimizer = made(code, model)
    for _ in range(2):
        for p in model.parameters():
            p.grad = torch.zeros_like(p)
        optimizer.step()
    for name, p in model.named_parameters():
        expect(torch.equal(p, before[name]), "decay", name=name)


def follow(code, model):
    """Some steps with gradients of all sizes, beside plain SGD."""
    code.draw.settle(model)
    other = copy.deepcopy(model)
    groups = [{"params": getattr(other, part).parameters(), "lr": lr} for part, lr in WANT.items()]
    optimizer, right = made(code, code.draw.used(model, freeze=False)), torch.optim.SGD(groups)
    scales = code.draw.every([0.01, 1.0, 100.0])
    for count in range(1, 4):
        for p, q in zip(model.parameters(), other.parameters()):
            p.grad = code.draw.normal(*p.shape, scale=next(scales))
            q.grad = p.grad.clone()
        before = kept(model)
        optimizer.step()
        right.step()
        for (name, p), q in zip(model.named_parameters(), other.parameters()):
            place = int((p.detach() - q.detach()).abs().argmax())
            moves = [float((each.detach() - before[name]).flatten()[place]) for each in (p, q)]
            facts = {"name": name, "count": count, "got": moves[0], "want": moves[1]}
            expect(torch.allclose(p, q, rtol=1e-5, atol=1e-6), "not-plain-sgd", **facts)
    optimizer.zero_grad()
    left = [name for name, p in model.named_parameters() if p.grad is not None and p.grad.any()]
    expect(not left, "not-cleared", name=next(iter(left), ""))
