from copy import deepcopy

import torch
from torch import nn

from engine.grading.checks import Code, Wrong, expect, kept, near


class Regressor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(1, width)
        self.output = nn.Linear(width, 1)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x)))


def twins(code, width=7):
    model = code.draw.used(code.draw.settle(Regressor(width)), freeze=False)
    got = code.may("random").to_sequential(model)
    expect(isinstance(got, nn.Sequential), "no-sequential", got=type(got).__name__)
    return model, got


def sequential(code: Code) -> None:
    _, got = twins(code)
    expect(not any(isinstance(part, Regressor) for part in got.modules()), "wrapped")


def same(code: Code) -> None:
    for width in (7, 2, 1, code.draw.whole(3, 40)):
        model, got = twins(code, width)
        compare(model, got, torch.linspace(-3, 3, 20).unsqueeze(1))
        compare(model, got, code.draw.normal(1, 1, scale=2))


def compare(model, got, x):
    try:
        one, other = model(x), got(x)
    except RuntimeError as error:
        key = "does-not-fit" if "shapes" in str(error) or "size" in str(error) else "raises"
        raise Wrong(key, error=str(error)) from error
    if not near(one, other):
        place = int((one - other).abs().argmax()) if one.shape == other.shape else 0
        facts = {"want": float(one.flatten()[place].detach()), "got": float(other.flatten()[place].detach())}
        agree = {1: [], 2: []}
        for mine in model.parameters():
            agree[mine.dim()].append(any(near(mine, p, 1e-7) for p in got.parameters()))
        expect(not all(agree[2]) or not all(agree[1]), "no-bend", **facts)
        expect(not all(agree[2]), "biases-forgotten", **facts)
        expect(any(agree[2]) or any(map(alike, *pairs(model, got))), "fresh-weights", **facts)
        expect(False, "other-numbers", **facts)


def pairs(model, got):
    """Every weight of the class beside every parameter of the Sequential."""
    both = [(w, p) for w in model.parameters() for p in got.parameters() if w.dim() == 2]
    return zip(*both) if both else ((), ())


def alike(one, other):
    """Whether two tensors hold nearly the same numbers, in whatever order."""
    a, b = (each.detach().flatten().sort().values for each in (one, other))
    return near(a, b, 0.05)


def independent(code: Code) -> None:
    for ours, theirs in ((0, 1), (1, 0)):
        pair = twins(code)
        for index in range(len(list(pair[theirs].parameters()))):
            before, changed = kept(pair[ours]), list(pair[theirs].parameters())[index]
            with torch.no_grad():
                changed.add_(1)
            moved = any(not torch.equal(p, before[name]) for name, p in pair[ours].named_parameters())
            expect(not moved, "shared")
    count = len(list(pair[1].parameters()))
    expect(count == 4, "not-all-parameters", got=count)
    expect(all(p.requires_grad and p.is_leaf for p in pair[1].parameters()), "frozen")


def untouched(code: Code) -> None:
    model, got = twins(code)
    names = [(name, id(p)) for name, p in model.named_parameters()]
    code.may("random").to_sequential(model)
    expect(names == [(name, id(p)) for name, p in model.named_parameters()], "moved", name="model")
    # A copy of it computes by itself.
    alone, x = deepcopy(got), code.draw.normal(3, 1)
    want = got(x)
    code.draw.settle(model)
    expect(near(alone(x), want) and near(got(x), want), "shared")
