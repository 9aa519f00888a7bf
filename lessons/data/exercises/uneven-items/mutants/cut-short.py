import torch


def collate(items):
    """(batch, lengths): items in rows, zeros behind; and how long each of them is."""
    lengths = torch.tensor([len(item) for item in items])
    batch = torch.zeros(len(items), int(lengths.min()))
    for row, item in zip(batch, items):
        row[:] = item[: len(row)]
    return batch, lengths
