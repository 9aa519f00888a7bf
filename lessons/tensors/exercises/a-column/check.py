import numpy as np
import torch

from engine.grading.checks import Code, agrees, dtype_name, expect, tensor


def to_column(readings):
    return torch.tensor(np.asarray(readings, dtype=np.float32)).reshape(-1, 1)


def cases(draw):
    """Lists and arrays of every length and kind of number."""
    for n in draw.lengths(9):
        whole = [draw.whole(-90, 90) for _ in range(n)]
        real = [draw.one_of([1, 1, 1000]) * draw.real(-50, 50) for _ in range(n)]
        fine = draw.normal(n, dtype=torch.float64).tolist()
        yield from ([whole], [real], [fine], [[*whole, 0, 0.5]], [[0.0] * n])
        for numbers, dtype in ((whole, "int64"), (whole, "float32"), (real, "float64"), (real, "float32")):
            yield [np.array(numbers, dtype=dtype)]
        for dtype in ("int32", "int8", "bool", "float16"):
            yield [np.array(whole, dtype=dtype)]
        yield [np.array([abs(each) for each in whole], dtype="uint8")]
        yield [np.array(real * 2)[::2]]
    for numbers in draw.of_every_size(draw.whole(2, 5)):
        yield from ([numbers.tolist()], [numbers.numpy()], [numbers.double().numpy()])


def found(code, readings):
    return tensor(code.to_column(readings), "What `to_column` returns")


def shape(code: Code) -> None:
    for (readings,) in cases(code.draw):
        got, n = tuple(found(code, readings).shape), len(readings)
        expect(got != (n,), "flat", shape=got, n=n)
        expect(got != (1, n) or n == 1, "row", shape=got, n=n)
        expect(got == (n, 1), "wrong-shape", shape=got, n=n)


def dtype(code: Code) -> None:
    for (readings,) in cases(code.draw):
        got = found(code, readings)
        expect(got.dtype != torch.float64, "double")
        expect(got.is_floating_point(), "integers", dtype=dtype_name(got))
        expect(got.dtype == torch.float32, "wrong-dtype", dtype=dtype_name(got))
        expect(not got.requires_grad, "asks-for-gradients")


def values(code: Code) -> None:
    agrees(code, to_column, cases, tolerance=1e-6, floor=0.0)


def own_memory(code: Code) -> None:
    for (readings,) in cases(code.draw):
        if isinstance(readings, np.ndarray):
            got, before = found(code, readings), found(code, readings.copy()).clone()
            readings[:] = ~readings if readings.dtype == bool else readings + 1
            expect(torch.equal(got, before), "shares-memory")
