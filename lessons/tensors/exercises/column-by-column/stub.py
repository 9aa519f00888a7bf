import torch


def column_by_column(matrix):
    """All numbers of an (R, C) matrix in one dimension, the
    first column first.
    """
    # TODO
    return matrix
