import torch


def distances(a, b):
    result = torch.zeros(len(a), len(b), dtype=a.dtype)
    for i in range(len(a)):
        for j in range(len(b)):
            result[i, j] = abs(a[i] - b[j])
    return result
