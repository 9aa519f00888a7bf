from collections import Counter
from itertools import permutations

import torch

from engine.grading.checks import DTYPES, Code, expect, same_dtype

N = 10
FEW, PASSES = 4, 480
"""So few samples have 24 orders, and each comes about 20 times in so many passes."""


def refuse_dtype(pairs, *given):
    """Refuse a part of another dtype than the tensor it is taken from."""
    for pair in pairs:
        for part, whole in zip(pair, given):
            same_dtype(part, whole, "wrong-dtype")


def one_pass(code, n=N, size=4, dtype=torch.float32):
    x = code.draw.order(n).unsqueeze(1).to(dtype) if size % 2 else torch.arange(n, dtype=dtype).unsqueeze(1)
    y = 100 + x * x
    got, copies, theirs = [], [], code.may("random")
    with theirs.watching({"x": x, "y": y}):
        for pair in theirs.batches(x, y, size):
            fine = isinstance(pair, tuple | list) and len(pair) == 2
            fine = fine and all(isinstance(part, torch.Tensor) for part in pair)
            expect(fine, "not-a-pair", got=type(pair).__name__)
            got.append(tuple(pair))
            copies.append(tuple(part.clone() for part in pair))
    # A loop that uses up each batch at once sees nothing of it; a list of them does.
    stayed = all(torch.equal(a, b) for pair, copy in zip(got, copies) for a, b in zip(pair, copy))
    expect(stayed, "overwritten")
    refuse_dtype(got, x, y)
    return got


def passes(code):
    """Passes over data of many sizes, in batches that fit and that do not."""
    dtypes = code.draw.every(DTYPES)
    for n, size in ((N, 4), (9, 3), (1, 1), (5, 8), (6, 1), (code.draw.whole(20, 50), code.draw.whole(2, 9))):
        yield n, size, one_pass(code, n, size, next(dtypes))


def xs(got):
    return [int(number) for x, _ in got for number in x.flatten()]


def sizes(code: Code) -> None:
    got = [len(x) for x, _ in one_pass(code)]
    expect(got != [4, 4], "drops-the-rest", got=got)
    expect(got == [4, 4, 2], "wrong-sizes", n=N, size=4, got=got, want=[4, 4, 2])
    for n, size, got in passes(code):
        want = [min(size, n - start) for start in range(0, n, size)]
        facts = {"n": n, "size": size, "got": [len(x) for x, _ in got], "want": want}
        expect(facts["got"] == want, "wrong-sizes", **facts)
        shapes = [tuple(part.shape) for pair in got for part in pair]
        wrong = [shape for shape in shapes if len(shape) != 2 or shape[1] != 1]
        expect(not wrong, "wrong-shape", got=next(iter(wrong), ""))


def complete(code: Code) -> None:
    for n, _, got in passes(code):
        seen = xs(got)
        missing = n - len(set(seen))
        twice = sum(seen.count(each) > 1 for each in set(seen))
        expect(not twice, "with-replacement", twice=twice, missing=missing, n=n)
        expect(not missing, "incomplete", missing=missing, n=n)


def pairs(code: Code) -> None:
    for n, _, got in passes(code):
        for x, y in got:
            for a, b in zip(x.flatten().tolist(), y.flatten().tolist()):
                facts = {"x": a, "y": b, "want": 100 + a * a}
                expect(a != 100 + b * b, "swapped", **facts)
                known = a in range(n) and b in (100 + x * x for x in range(n))
                expect(known, "other-numbers", **facts)
                expect(b == 100 + a * a, "torn-pairs", **facts)


    repeated(code)


def repeated(code):
    """Samples with the same x, and pairs that are the same: each comes as often as it is there."""
    for n, size in ((8, 3), (code.draw.whole(9, 30), code.draw.whole(2, 9))):
        x = code.draw.classes(n, 3).unsqueeze(1).float()
        y = x * 10 + code.draw.classes(n, 2).unsqueeze(1)
        theirs, got = code.may("random"), []
        with theirs.watching({"x": x, "y": y}):
            got = [tuple(pair) for pair in theirs.batches(x, y, size)]
        refuse_dtype(got, x, y)
        want = sorted(zip(x.flatten().tolist(), y.flatten().tolist()))
        came = sorted((a, b) for p, q in got for a, b in zip(p.flatten().tolist(), q.flatten().tolist()))
        expect(came == want, "repeated", n=n, got=len(came))


def shuffled(code: Code) -> None:
    n = 40
    first, second = one_pass(code, n=n), one_pass(code, n=n)
    order = xs(first)
    expect(order != list(range(n)), "in-order")
    whole = [[int(a) for a in x.flatten()] for x, _ in first]
    neighbours = all(b == a + 1 for batch in whole for a, b in zip(batch, batch[1:]))
    expect(not neighbours, "order-of-batches")
    expect(order != xs(second), "same-order-again")
    stayed = [sorted(batch) == list(range(min(batch), min(batch) + len(batch))) for batch in whole]
    expect(not all(stayed), "within-batches")
    # In a random order few samples have the neighbour they had before.
    near = sum(abs(b - a) in (1, n - 1) for a, b in zip(order, order[1:]))
    expect(near < n / 2, "hardly-shuffled", near=near, n=n - 1)
    together = [frozenset(map(frozenset, (xs([pair]) for pair in each))) for each in (first, second)]
    expect(together[0] != together[1], "same-batches-again")
    for n in (n, N):
        orders = [xs(one_pass(code, n=n)) for _ in range(12)]
        for place, came in enumerate(zip(*orders)):
            first = not place and len(set(came)) == 1
            expect(not first, "same-first", first=came[0])
            expect(len(set(came)) > 1, "same-place", place=place, sample=came[0], n=n)
        places = torch.arange(n).repeat(len(orders)).double()
        drift = float(torch.corrcoef(torch.stack([places, torch.tensor(orders).flatten()]))[0, 1])
        # In random orders it is near 0: 0.5 would be five standard deviations or more.
        expect(abs(drift) < 0.5, "drift", drift=drift, n=n)
    every_order(code)


def every_order(code):
    """Whether no order comes more often than others: of few samples all of them, of more by pairs."""
    orders = [drawn(code, FEW) for _ in range(PASSES)]
    want, came = PASSES / len(list(permutations(range(FEW)))), Counter(orders)
    # By chance the sum is near 23, and once in 10^12 times it is above 110.
    uneven = sum((came[each] - want) ** 2 / want for each in permutations(range(FEW)))
    most, often = came.most_common(1)[0]
    facts = {"passes": PASSES, "few": FEW, "kinds": len(came), "want": want}
    expect(uneven < 110, "uneven-orders", order=list(most), got=often, **facts)
    n, passes = 24, 60
    orders = [drawn(code, n) for _ in range(passes)]
    places = torch.tensor(orders).argsort(dim=1)
    before = (places[:, :, None] < places[:, None, :]).sum(dim=0).tolist()
    for a, b in permutations(range(n), 2):
        expect(before[a][b] < passes, "always-before", a=a, b=b, passes=passes)
    behind = Counter(pair for order in orders for pair in zip(order, order[1:]))
    (a, b), often = behind.most_common(1)[0]
    expect(often < passes / 2, "always-behind", a=a, b=b, got=often, passes=passes)


def drawn(code, n):
    """The order in one pass over the samples 0 to n - 1."""
    x = torch.arange(n, dtype=torch.float32).unsqueeze(1)
    return tuple(int(each) for part, _ in code.get("batches")(x, x, 3) for each in part.flatten())
