"""A pool of fresh interpreters, each trains and sends its loss; then the main process."""

import multiprocessing
import torch
from torch import nn
from ending import told

torch.manual_seed(0)


def train(seed):
    torch.manual_seed(seed)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for i in range(20):
        x = torch.randn(8, 3)
        loss = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if __name__ == "__main__":
            print("loss", loss.item())
    return loss.item(), model.weight.tolist()


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(train, [1, 2]))
    train(3)
    told()
