import torch
from torch.utils.data import DataLoader

from engine.grading.checks import Code, agrees, dtype_name, expect, tensor

ITEMS = [torch.tensor([4.0, 2.0, 7.0]), torch.tensor([9.0]), torch.tensor([1.0, 3.0, 5.0, 6.0, 8.0])]


def collate(items):
    longest = max(map(len, items))
    rows = [torch.cat([item, torch.zeros(longest - len(item))]) for item in items]
    return torch.stack(rows), torch.tensor([len(item) for item in items])


def items(draw, count, dtype=torch.float32):
    """Items of unequal lengths; some numbers in them are zero, some negative."""
    return [(draw.normal(draw.whole(1, 7), scale=4).round() / 4).to(dtype) for _ in range(count)]


def cases(draw):
    for count in draw.lengths(8):
        yield [items(draw, count)]
    yield [[draw.normal(4) for _ in range(3)]]
    # Many items; some empty; numbers of every size, infinite ones among them.
    yield from ([items(draw, draw.whole(20, 40))], [[draw.normal(3), draw.normal(0), draw.normal(1)]])
    yield [[numbers[: draw.whole(1, 5)] for numbers in draw.of_every_size(5)]]
    yield [[torch.tensor([1.0, torch.inf]), torch.tensor([-torch.inf]), torch.tensor([-0.0, 1e-30, 0.0])]]
    yield [[draw.normal(9)[::2], draw.normal(2, 3).t()[0]]]
    # A length that needs more than one byte.
    yield [[draw.normal(3), draw.normal(draw.whole(260, 400))]]
    yield [[torch.tensor([0.0, 1.0, 0.0]), torch.zeros(2), torch.tensor([-1.0, 0.0, 0.0, 0.0])]]


def collated(code, items=ITEMS):
    got = code.collate([item.clone() for item in items])
    pair = isinstance(got, tuple | list) and len(got) == 2
    fine = pair and all(isinstance(part, torch.Tensor) for part in got)
    names = " and ".join(type(part).__name__ for part in got) if pair else type(got).__name__
    expect(fine, "not-a-pair", got=names)
    return [tensor(part, "What `collate` returns") for part in got]


def shape(code: Code) -> None:
    got = tuple(collated(code)[0].shape)
    expect(got != (5, 3), "columns", got=got)
    expect(len(got) != 2 or got[1] >= 5, "cut-short", got=got)
    short = tuple(collated(code, [*ITEMS[:2], torch.ones(2)])[0].shape)
    longer = len(short) == 2 and short[0] == 3 and short[1] > 3
    expect(not longer or len(got) != 2, "fixed-length", got=short)
    expect(got == (3, 5), "wrong-shape", got=got)


def values(code: Code) -> None:
    batch, _ = collated(code)
    for at, (item, row) in enumerate(zip(ITEMS, batch)):
        facts = {"at": at, "item": item.tolist(), "row": row.tolist()}
        in_front = torch.equal(row[5 - len(item) :], item) and len(item) < 5
        expect(not in_front, "padded-in-front", **facts)
        right = torch.equal(row[: len(item)], item)
        expect(right, "wrong-values", **facts)
        expect(not row[len(item) :].any(), "not-zeros", **facts)


def lengths(code: Code) -> None:
    _, got = collated(code)
    expect(got.flatten().tolist() == [3, 1, 5], "lengths-lost", got=got.tolist())
    expect(got.shape == (3,), "lengths-shape", got=tuple(got.shape))
    whole = not got.is_floating_point() and got.dtype != torch.bool
    expect(whole, "lengths-no-integers", got=dtype_name(got))


def others(code: Code) -> None:
    agrees(code, collate, cases, tolerance=1e-7)


def loader(code: Code) -> None:
    data = items(code.draw, 7)
    batches = DataLoader(data, batch_size=3, collate_fn=code.get("collate"))
    for batch, start in zip(batches, (0, 3, 6)):
        want = collate(data[start : start + 3])[0].shape
        expect(batch[0].shape == want, "wrong-batch", got=tuple(batch[0].shape), want=tuple(want))
