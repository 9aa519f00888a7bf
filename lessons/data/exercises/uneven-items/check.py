import torch
from torch.utils.data import DataLoader

from engine.grading.checks import Code, expect

ITEMS = [torch.tensor([4.0, 2.0, 7.0]), torch.tensor([9.0]), torch.tensor([1.0, 3.0, 5.0, 6.0, 8.0])]


def collated(code, items=ITEMS):
    got = code.collate([item.clone() for item in items])
    pair = isinstance(got, tuple | list) and len(got) == 2
    fine = pair and all(isinstance(part, torch.Tensor) for part in got)
    names = " and ".join(type(part).__name__ for part in got) if pair else type(got).__name__
    expect(fine, "not-a-pair", got=names)
    return got


def shape(code: Code) -> None:
    got = tuple(collated(code)[0].shape)
    expect(got != (5, 3), "columns", got=got)
    expect(len(got) != 2 or got[1] >= 5, "cut-short", got=got)
    short = tuple(collated(code, [*ITEMS[:2], torch.ones(2)])[0].shape)
    expect(short == (3, 3) or len(got) != 2, "fixed-length", got=short)
    expect(got == (3, 5), "wrong-shape", got=got)


def values(code: Code) -> None:
    batch, _ = collated(code)
    for item, row in zip(ITEMS, batch):
        facts = {"item": item.tolist(), "row": row.tolist()}
        in_front = torch.equal(row[5 - len(item) :], item) and len(item) < 5
        expect(not in_front, "padded-in-front", **facts)
        right = torch.equal(row[: len(item)], item)
        expect(right, "wrong-values", **facts)
        expect(not row[len(item) :].any(), "not-zeros", **facts)


def lengths(code: Code) -> None:
    _, got = collated(code)
    expect(got.flatten().tolist() == [3, 1, 5], "lengths-lost", got=got.tolist())


def loader(code: Code) -> None:
    batch, _ = next(iter(DataLoader(ITEMS, batch_size=2, collate_fn=code.collate)))
    expect(tuple(batch.shape) == (2, 3), "wrong-shape", got=tuple(batch.shape))
