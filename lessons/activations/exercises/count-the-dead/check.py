import torch

from engine.grading.checks import Code, expect, number, operations

HIDDEN = torch.tensor([[0.0, 1.5, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0, 3.0], [0.0, 2.5, 0.0, 0.0, 0.0], [0.0] * 5])


def count(code, hidden):
    return number(code.dead_units(hidden), "What `dead_units` returns")


def counts(code: Code) -> None:
    got = count(code, HIDDEN)
    expect(got != 0, "all-alive", got=got)
    expect(got != 1, "samples", got=got)
    expect(got != 5, "sometimes-silent", got=got)
    expect(got != 15 and got != 16, "zeros", got=got)
    expect(got != 2, "the-living", got=got)
    expect(abs(got - 0.6) > 1e-3, "a-share", got=got)
    expect(got == 3, "wrong-count", got=got)


def a_number(code: Code) -> None:
    for dead in (0, 2, 7):
        hidden = torch.rand(6, 7) + 0.1
        hidden[:, :dead] = 0
        got = count(code, hidden)
        expect(got == int(got), "not-whole", got=got)
        expect(got == dead, "wrong-count", got=got)


def no_loop(code: Code) -> None:
    few, many = (operations(code.dead_units, torch.rand(9, units)) for units in (4, 8))
    expect(few == many, "loop", few=few, many=many)
