import torch


def batches(x, y, batch_size):
    for chosen in torch.randperm(x.shape[0]).split(batch_size):
        yield x.index_select(0, chosen), y.index_select(0, chosen)
