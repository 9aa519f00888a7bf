import torch


def collate(items):
    """(batch, lengths): items in rows, zeros behind; and how long each of them is."""
    lengths = torch.tensor([len(item) for item in items])
    return torch.nn.utils.rnn.pad_sequence(items), lengths
