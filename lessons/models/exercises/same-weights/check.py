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


def twins(code):
    model = Regressor(7)
    got = code.to_sequential(model)
    expect(isinstance(got, nn.Sequential), "no-sequential", got=type(got).__name__)
    return model, got


def sequential(code: Code) -> None:
    twins(code)


def same(code: Code) -> None:
    model, got = twins(code)
    x = torch.linspace(-3, 3, 20).unsqueeze(1)
    try:
        one, other = model(x), got(x)
    except RuntimeError as error:
        raise Wrong("does-not-fit", error=str(error)) from error
    if not near(one, other):
        facts = {"want": float(one[0].detach()), "got": float(other[0].detach())}
        theirs = [p for p in got.parameters()]
        agree = {p.dim(): [] for p in theirs}
        for mine in model.parameters():
            agree[mine.dim()].append(any(near(mine, p) for p in theirs))
        expect(not all(agree[2]) or not all(agree[1]), "no-bend", **facts)
        expect(not all(agree[2]), "biases-forgotten", **facts)
        expect(False, "fresh-weights", **facts)


def independent(code: Code) -> None:
    model, got = twins(code)
    before = kept(model)
    with torch.no_grad():
        for p in got.parameters():
            p.add_(1)
    moved = any(not torch.equal(p, before[name]) for name, p in model.named_parameters())
    expect(not moved, "shared")


def untouched(code: Code) -> None:
    torch.manual_seed(3)
    before = kept(Regressor(7))
    torch.manual_seed(3)
    model, _ = twins(code)
    same = all(torch.equal(p, before[name]) for name, p in model.named_parameters())
    expect(same, "changed")
