import torch


def collate(items):
    """(batch, lengths): items in rows, zeros behind; and how
    long each of them is.
    """
    # TODO: stack refuses unequal lengths
    lengths = torch.tensor([len(item) for item in items])
    return torch.stack(items), lengths
