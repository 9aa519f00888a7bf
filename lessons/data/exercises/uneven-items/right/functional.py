import torch
import torch.nn.functional as F


def collate(items):
    longest = max(item.shape[0] for item in items)
    rows = [F.pad(item, (0, longest - len(item))) for item in items]
    return torch.stack(rows), torch.as_tensor([item.numel() for item in items])
