import torch
from torch.utils.data import DataLoader, Dataset

from engine.grading.checks import Code, expect, near

XS = [0, 3, 1, 4, 9, 5, 2]
YS = [10, 11, 12, 13, 14, 15, 16.5]


def points(code):
    return code.Points(XS, YS)


def item(code, index):
    own = code.get("Points").__getitem__ is not Dataset.__getitem__
    expect(own, "no-items")
    pair = points(code)[index]
    fine = isinstance(pair, tuple | list) and len(pair) == 2
    expect(fine, "not-a-pair", got=type(pair).__name__)
    for part in pair:
        expect(isinstance(part, torch.Tensor), "not-a-tensor", got=type(part).__name__)
    return pair


def length(code: Code) -> None:
    expect(hasattr(code.get("Points"), "__len__"), "no-length")
    got = points(code).__len__()
    expect(isinstance(got, int), "length-is-no-number", got=got)
    expect(got == 7, "wrong-length", got=got)


def items(code: Code) -> None:
    for part in item(code, 0):
        expect(part.numel() < 7, "whole-columns", n=part.numel())
        expect(part.shape != (), "scalar-items")
        expect(part.shape == (1,), "wrong-shape", got=tuple(part.shape))
        expect(part.dtype == torch.float32, "double", got=str(part.dtype).removeprefix("torch."))


def the_right_one(code: Code) -> None:
    for i in (3, 0, 6):
        x, y = (float(part) for part in item(code, i))
        expect(not (near(x, YS[i]) and near(y, XS[i])), "swapped", i=i, x=x, y=y)
        other = next((j for j in range(7) if near(x, XS[j]) and near(y, YS[j])), i)
        expect(other == i, "same-every-time", i=i, x=x, y=y, j=other)
        right = near(x, XS[i]) and near(y, YS[i])
        expect(right, "wrong-item", i=i, x=x, y=y, want_x=XS[i], want_y=YS[i])


def batches(code: Code) -> None:
    for part in next(iter(DataLoader(points(code), batch_size=3))):
        expect(part.shape == (3, 1), "wrong-batch", got=tuple(part.shape))
