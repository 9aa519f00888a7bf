import torch

from engine.grading.checks import Code, expect, near, operations, tensor


def data(columns=3):
    return torch.randn(50, columns) * torch.linspace(0.5, 40, columns) + torch.linspace(-3, 100, columns)


def done(code, table):
    got = tensor(code.standardise(table), "What `standardise` returns")
    expect(got.shape == table.shape, "wrong-shape", want=tuple(table.shape), got=tuple(got.shape))
    return got


def means(code: Code) -> None:
    square = data(50)
    got = done(code, square)
    for j, mean in enumerate(got.mean(dim=0).tolist()):
        if abs(mean) > 1e-3:
            expect(abs(got.mean()) > 1e-3 or near(got.mean(dim=1), torch.zeros(50), 1e-2), "whole-table", j=j, got=mean)
            expect(not near(got.mean(dim=1), torch.zeros(50), 1e-2), "rows", j=j, got=mean)
            expect(False, "not-centred", j=j, got=mean)


def deviations(code: Code) -> None:
    table = data()
    got = done(code, table.clone())
    for j, deviation in enumerate(got.std(dim=0).tolist()):
        before = float(table[:, j].std())
        expect(not near(deviation, before), "not-scaled", j=j, got=deviation)
        expect(not near(deviation, 1 / before, 0.03), "by-the-variance", j=j, got=deviation)
        # With or without Bessel's correction.
        expect(near(deviation, 1, 0.03), "wrong-scale", j=j, got=deviation)


def stays(code: Code) -> None:
    table = data()
    before = table.clone()
    done(code, table)
    expect(torch.equal(table, before), "changed-in-place")


def no_loop(code: Code) -> None:
    few, many = operations(code.standardise, data(3)), operations(code.standardise, data(6))
    expect(few == many, "loop", few=few, many=many)
