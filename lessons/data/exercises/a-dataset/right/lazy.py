import torch
import torch.utils.data


class Points(torch.utils.data.Dataset):
    def __init__(self, xs, ys):
        super().__init__()
        self.pairs = list(zip(xs, ys))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return tuple(torch.tensor([float(number)]) for number in self.pairs[i])
