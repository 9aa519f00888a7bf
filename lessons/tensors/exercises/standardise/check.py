import torch

from engine.grading.checks import DTYPES, Code, Either, agrees, expect, grows, near, tensor


def data(draw, rows=50, columns=3, dtype=None):
    scales = torch.tensor([draw.one_of([0.5, 2.0, 40.0]) * draw.real(1, 2) for _ in range(columns)])
    means = torch.tensor([draw.real(-100, 100) for _ in range(columns)])
    return (draw.normal(rows, columns, dtype=torch.float64) * scales + means).to(dtype or torch.float32)


def standardise(table):
    centred = table - table.mean(dim=0)
    # With or without Bessel's correction.
    return Either(centred / table.std(dim=0, correction=each) for each in (1, 0))


SHIFTS = torch.tensor([0.0, 1e3, 0.0, 0.0, -1e3, 2e3])
"""Some columns are far from zero; of one alone a rounding may come out right by luck."""


def cases(draw):
    for rows in (3, draw.whole(4, 9), draw.whole(20, 60)):
        for columns in (1, rows, draw.whole(2, 6)):
            yield [data(draw, rows, columns, draw.one_of(DTYPES))]
    for scale in (5e-3, 1e5):
        yield [draw.normal(draw.whole(5, 30), draw.whole(1, 4), scale=scale)]
    # Many columns, in a table that lies in memory column by column.
    yield [data(draw, 40, 70).t().contiguous().t()]
    # Millimetres beside kilometres: columns that hardly vary, and some that are far from zero.
    yield [draw.normal(draw.whole(20, 60), 6) * torch.tensor([1e-3, 1.0, 3.0, 1e3, 1.0, 2.0]) + SHIFTS]


def fine(draw):
    """Tables in float64, which has more digits than float32: on no way are they lost."""
    for columns in (1, 4):
        # As float32 numbers so far from zero are multiples of 1/16.
        yield [draw.normal(draw.whole(8, 30), columns, shift=draw.real(6e5, 9e5), dtype=torch.float64)]


def done(code, table):
    got = tensor(code.standardise(table), "What `standardise` returns")
    expect(got.shape == table.shape, "wrong-shape", want=tuple(table.shape), got=tuple(got.shape))
    return got


def means(code: Code) -> None:
    # In a square table means of rows fit in where those of columns belong.
    table = data(code.draw, 50, 50)
    got = done(code, table)
    turned = any(near(got.T, each, 1e-2) for each in standardise(table))
    expect(not turned, "turned")
    # One mean and one deviation for all of the table leave it as it was, but for its scale.
    parts = [(each - each.mean()).flatten() for each in (got, table)]
    as_one = abs(got.mean()) < 1e-2 and near(torch.nn.functional.cosine_similarity(*parts, dim=0), 1.0)
    rows = got.mean(dim=1).abs().max() < 1e-2
    for j, mean in enumerate(got.mean(dim=0).tolist()):
        expect(abs(mean) < 1e-2 or not rows, "rows", j=j, got=mean)
        expect(abs(mean) < 1e-2 or not as_one, "whole-table", j=j, got=mean)
        expect(abs(mean) < 1e-2, "not-centred", j=j, got=mean)


def deviations(code: Code) -> None:
    table = data(code.draw, 50, 4)
    got, before = done(code, table).std(dim=0), table.std(dim=0)
    facts = {"j": 0, "got": float(got[0])}
    expect(not near(got, before), "not-scaled", **facts)
    expect(not near(got, 1 / before, 0.03), "by-the-variance", **facts)
    j = int((got - 1).abs().argmax())
    expect(near(got, torch.ones(4), 0.015), "wrong-scale", j=j, got=float(got[j]))


def others(code: Code) -> None:
    agrees(code, standardise, cases, tolerance=1e-3, exactly=True)
    agrees(code, standardise, fine, tolerance=1e-4, exactly=True)


def stays(code: Code) -> None:
    done(code, data(code.draw))


def no_loop(code: Code) -> None:
    sizes = ((9, 3), (9, 7), (20, 3))
    grows(code, "standardise", *([torch.randn(size)] for size in sizes))
