import random


def batches(x, y, batch_size):
    order = list(range(len(x)))
    random.shuffle(order)
    while order:
        now, order = order[:batch_size], order[batch_size:]
        yield x[now], y[now]
