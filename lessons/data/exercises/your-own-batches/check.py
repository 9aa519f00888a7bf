import torch

from engine.grading.checks import Code, expect

N = 10


def one_pass(code, n=N, size=4):
    x = torch.arange(float(n)).unsqueeze(1)
    y = 100 + x * x
    before = x.clone()
    got = []
    for pair in code.batches(x, y, size):
        fine = isinstance(pair, tuple | list) and len(pair) == 2
        expect(fine, "not-a-pair", got=type(pair).__name__)
        got.append(tuple(part.clone() for part in pair))
    expect(torch.equal(x, before), "moved-the-data")
    return got


def xs(got):
    return [int(number) for x, _ in got for number in x.flatten()]


def sizes(code: Code) -> None:
    got = [len(x) for x, _ in one_pass(code)]
    expect(got != [4, 4], "drops-the-rest", got=got)
    expect(got == [4, 4, 2], "wrong-sizes", got=got)


def complete(code: Code) -> None:
    seen = xs(one_pass(code))
    missing = N - len(set(seen))
    twice = sum(seen.count(each) > 1 for each in set(seen))
    expect(not twice, "with-replacement", twice=twice)
    expect(not missing, "incomplete", missing=missing)


def pairs(code: Code) -> None:
    for x, y in one_pass(code):
        for a, b in zip(x.flatten().tolist(), y.flatten().tolist()):
            expect(b == 100 + a * a, "torn-pairs", x=a, y=b, want=100 + a * a)


def shuffled(code: Code) -> None:
    first, second = (xs(one_pass(code, n=40)) for _ in range(2))
    expect(first != list(range(40)), "in-order")
    neighbours = all(b == a + 1 for i, (a, b) in enumerate(zip(first, first[1:])) if i % 4 < 3)
    expect(not neighbours, "order-of-batches")
    expect(first != second, "same-order-again")
