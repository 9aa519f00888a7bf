import torch
from torch import nn

from engine.grading.checks import Code, expect, near, number, traced

SIZES = (8, 8, 3)


def problem(dropout=0.5):
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(dropout), nn.Linear(8, 1))
    x = torch.randn(sum(SIZES), 2)
    y = x[:, :1] + torch.linspace(0, 3, sum(SIZES)).unsqueeze(1)
    return model, list(zip(x.split(SIZES), y.split(SIZES)))


def judged(code, model, loader):
    return number(code.evaluate(model, loader), "What `evaluate` returns")


def means(model, loader):
    with torch.no_grad():
        return [float(nn.functional.mse_loss(model(x), y)) for x, y in loader]


def value(code: Code) -> None:
    # Without dropout or statistics the mode plays no part.
    model, loader = problem()
    model = nn.Linear(2, 1)
    parts = means(model, loader)
    want = sum(n * part for n, part in zip(SIZES, parts)) / sum(SIZES)
    got = judged(code, model, loader)
    expect(not near(got, parts[-1]), "last-batch", got=got, want=want)
    expect(not near(got, sum(parts) / 3), "mean-of-means", got=got, want=want)
    sums = [n * part for n, part in zip(SIZES, parts)]
    expect(not any(near(got, total) for total in (sum(parts), sum(sums))), "a-sum", got=got, want=want)
    expect(near(got, want), "wrong-value", got=got, want=want)


def mode(code: Code) -> None:
    model, loader = problem()
    with traced(model) as trace:
        judged(code, model, loader)
    expect(not any(trace.modes), "train-mode")


def repeatable(code: Code) -> None:
    model, loader = problem()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first, second = judged(code, model, loader), judged(code, model, loader)
    for name, value in model.state_dict().items():
        same = torch.equal(value, before[name])
        expect(same or "running" not in name, "statistics-moved")
        expect(same, "learns")
    expect(near(first, second), "not-repeatable", first=first, second=second)


def no_graph(code: Code) -> None:
    model, loader = problem()
    with traced(model) as trace:
        judged(code, model, loader)
    expect(not any(trace.recorded), "recorded", got=sum(trace.recorded), calls=len(trace.recorded))


def gives_back(code: Code) -> None:
    for before in (True, False):
        model, loader = problem()
        model.train(before)
        judged(code, model, loader)
        names = {True: "training", False: "evaluation"}
        expect(model.training == before, "mode-lost", before=names[before], after=names[model.training])
