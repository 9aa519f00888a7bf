"""The same experiment with nobody watching: as niced, on one thread, drained in a loop."""

import os
import sys
import time

import torch

from engine.experiments.training import fit


def main(epochs: int) -> None:
    """Print the steps of training a second."""
    os.nice(10)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    for _ in fit(epochs=1):
        pass
    began = time.perf_counter()
    for _ in fit(epochs=epochs):
        pass
    print(200 * epochs / (time.perf_counter() - began))


if __name__ == "__main__":
    main(int(sys.argv[1]))
