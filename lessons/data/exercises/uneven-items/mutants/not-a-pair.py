import torch


def collate(items):
    """(batch, lengths): items in rows, zeros behind; and how long each of them is."""
    lengths = [len(item) for item in items]
    batch = torch.zeros(len(items), max(lengths))
    for row, item in zip(batch, items):
        row[: len(item)] = item
    return batch, lengths
