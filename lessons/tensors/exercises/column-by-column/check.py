import torch

from engine.grading.checks import Code, expect, operations, tensor

MATRIX = torch.tensor([[1, 2, 3], [4, 5, 6]])


def read(code, matrix):
    got = tensor(code.column_by_column(matrix), "What `column_by_column` returns")
    shape, n = tuple(got.shape), matrix.numel()
    expect(shape == (n,), "still-a-matrix", shape=shape, n=n)
    return got.tolist()


def shape(code: Code) -> None:
    read(code, MATRIX)


def order(code: Code) -> None:
    jumbled = torch.tensor([[3, 1], [2, 9]])
    got, want = read(code, jumbled), [3, 2, 1, 9]
    expect(got != sorted(want), "sorted", got=got, want=want)
    got, want = read(code, MATRIX), [1, 4, 2, 5, 3, 6]
    expect(got != [1, 2, 3, 4, 5, 6], "row-order", got=got, want=want)
    expect(got == want, "wrong-order", got=got, want=want)


def no_loop(code: Code) -> None:
    few, many = (operations(code.column_by_column, torch.ones(4, columns)) for columns in (3, 6))
    expect(few == many, "loop", few=few, many=many)
