import torch

from engine.grading.checks import Code, agrees, expect, grows, tensor

MATRIX = torch.tensor([[1, 2, 3], [4, 5, 6]])


def column_by_column(matrix):
    return torch.cat([matrix[:, column] for column in range(matrix.shape[1])])


def cases(draw):
    for rows in draw.lengths(6):
        columns = draw.one_of([rows, 1, draw.whole(1, 7)])
        large = torch.tensor([draw.whole(-(2**40), 2**40) for _ in range(rows * columns)])
        yield [large.reshape(rows, columns)]
        yield [draw.normal(rows, columns)]
        yield [draw.normal(rows, columns, dtype=torch.float64)]
        yield [draw.normal(columns, rows).t()]
        yield [draw.normal(rows, columns) > 0]
    # Squares show who turns a matrix by its shape, and each number comes as it is.
    for n in (2, 3, draw.whole(4, 6)):
        yield [draw.normal(n, n)]
        yield [draw.order(n * n).reshape(n, n) + 2**60]
    for numbers in draw.of_every_size(draw.whole(2, 4), draw.whole(2, 4)):
        yield [numbers]
    yield [torch.tensor([[torch.inf, 1.0, -torch.inf], [torch.nan, -0.0, 2.0]])]


def read(code, matrix):
    got = tensor(code.column_by_column(matrix), "What `column_by_column` returns")
    shape, n = tuple(got.shape), matrix.numel()
    expect(shape == (n,), "still-a-matrix", shape=shape, n=n)
    return got.tolist()


def shape(code: Code) -> None:
    read(code, MATRIX.clone())
    for (matrix,) in cases(code.draw):
        read(code, matrix)


def order(code: Code) -> None:
    jumbled = torch.tensor([[3, 1], [2, 9]])
    got, want = read(code, jumbled), [3, 2, 1, 9]
    expect(got != sorted(want), "sorted", got=got, want=want)
    got, want = read(code, MATRIX.clone()), [1, 4, 2, 5, 3, 6]
    expect(got != [1, 2, 3, 4, 5, 6], "row-order", got=got, want=want)
    expect(got == want, "wrong-order", got=got, want=want)
    agrees(code, column_by_column, cases, tolerance=1e-12, exactly=True, floor=0.0)


def no_loop(code: Code) -> None:
    sizes = ((3, 3), (3, 7), (7, 3), (7, 7))
    grows(code, "column_by_column", *([torch.ones(size)] for size in sizes))
