from torch import relu


def leaky(x):
    return relu(x) - 0.1 * relu(-x)
