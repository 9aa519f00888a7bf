import torch


def fit(x, y):
    def features(x):
        grid = torch.arange(1, 9) * torch.pi / 20
        return torch.cat([torch.ones_like(x), x, torch.sin(x * grid), torch.cos(x * grid)], dim=1)

    weights = torch.linalg.lstsq(features(x), y).solution
    return lambda x: features(x) @ weights
