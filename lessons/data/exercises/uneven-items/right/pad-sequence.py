import torch
from torch.nn.utils.rnn import pad_sequence


def collate(items):
    return pad_sequence(items, batch_first=True), torch.tensor(list(map(len, items)))
