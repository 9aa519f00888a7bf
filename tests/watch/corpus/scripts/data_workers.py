"""A DataLoader with worker processes, shuffling and seeds of their own."""

import random
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from ending import told


class Noisy(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, i):
        x = torch.tensor([float(i), random.random(), np.random.rand()]) / 64
        return x + 0.01 * torch.randn(3), x[:1]


def seed_worker(_):
    seed = torch.initial_seed() % 2**32
    np.random.seed(seed)
    random.seed(seed)


if __name__ == "__main__":
    torch.manual_seed(0)
    g = torch.Generator()
    g.manual_seed(0)
    loader = DataLoader(
        Noisy(), 16, shuffle=True, num_workers=2, worker_init_fn=seed_worker, generator=g
    )
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(2):
        for x, y in loader:
            loss = nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            print("loss", loss.item())
    told(model)
