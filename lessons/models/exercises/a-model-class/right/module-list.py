import torch


class Regressor(torch.nn.Module):
    def __init__(self, width):
        torch.nn.Module.__init__(self)
        self.layers = torch.nn.ModuleList([torch.nn.Linear(1, width), torch.nn.Linear(width, 1)])

    def forward(self, x):
        first, last = self.layers
        x = first(x)
        x = x.tanh()
        return last(x)
