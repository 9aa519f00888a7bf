import torch

from engine.grading.checks import Code, expect, near, operations, tensor


def found(code, a, b):
    return tensor(code.distances(a, b), "What `distances` returns")


def shape(code: Code) -> None:
    got = tuple(found(code, torch.arange(4.0), torch.arange(4.0) + 1).shape)
    expect(got != (4,), "elementwise", shape=got)
    got = tuple(found(code, torch.arange(4.0), torch.arange(3.0)).shape)
    expect(got != (3, 4), "transposed", shape=got)
    expect(got == (4, 3), "wrong-shape", shape=got)


def values(code: Code) -> None:
    a, b = torch.tensor([0.0, 10.0, -3.0]), torch.tensor([1.0, 2.0, 30.0, 4.0])
    got = found(code, a, b)
    for i, x in enumerate(a.tolist()):
        for j, y in enumerate(b.tolist()):
            facts = {"a": x, "b": y, "got": got[i, j].item()}
            expect(facts["got"] >= 0, "signed", **facts)
            expect(abs(x - y) == 1 or not near(facts["got"], (x - y) ** 2), "squared", **facts)
            expect(near(facts["got"], abs(x - y)), "wrong-value", want=abs(x - y), **facts)


def no_loop(code: Code) -> None:
    few, many = (operations(code.distances, torch.arange(n), torch.arange(n)) for n in (4.0, 8.0))
    expect(few == many, "loop", few=few, many=many)
