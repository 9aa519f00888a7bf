import numpy as np
import torch

from engine.grading.checks import Code, expect, near, tensor

READINGS = [20.5, 21.0, 23.25, 19.0]


def column(code, readings):
    return tensor(code.to_column(readings), "What `to_column` returns")


def shape(code: Code) -> None:
    for readings in (READINGS, np.array(READINGS)):
        got, n = tuple(column(code, readings).shape), len(readings)
        expect(got != (n,), "flat", shape=got, n=n)
        expect(got != (1, n), "row", shape=got, n=n)
        expect(got == (n, 1), "wrong-shape", shape=got, n=n)


def dtype(code: Code) -> None:
    for readings in ([1, 2, 3], np.array([1, 2, 3]), READINGS, np.array(READINGS)):
        got = column(code, readings).dtype
        expect(got != torch.float64, "double")
        expect(got.is_floating_point, "integers", dtype=str(got).removeprefix("torch."))
        expect(got == torch.float32, "wrong-dtype", dtype=str(got).removeprefix("torch."))


def values(code: Code) -> None:
    got = column(code, READINGS)
    expect(near(got.flatten(), READINGS), "wrong-values", want=READINGS, got=got.flatten().tolist())


def own_memory(code: Code) -> None:
    array = np.array(READINGS, dtype=np.float32)
    got = column(code, array)
    array[0] = -1
    expect(got[0, 0] != -1, "shares-memory")
