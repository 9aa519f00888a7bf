def column_by_column(matrix):
    return matrix.transpose(0, 1).contiguous().view(matrix.numel())
