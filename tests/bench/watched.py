"""The reference loop with the probe and without it, run by run in turn; prints the ratio."""

import gc
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader

from engine.experiments.data import Measurements, measure
from engine.probe.probe import Probe
from engine.process.feed import Feed
from engine.process.outbox import Outbox


def training(steps: int) -> float:
    """Seconds of the processor for the regression of the training lesson, written by hand.

    Waiting for a busy machine is nobody's cost, so that time is not counted.
    """
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    criterion = nn.MSELoss()
    loader = DataLoader(Measurements(*measure()), batch_size=1, shuffle=True)
    done, began = 0, time.thread_time()
    while done < steps:
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            done += 1
    return (time.thread_time() - began) / done


def ratio(steps: int, feed: Feed) -> float:
    """Time of a step of a whole run, watched, over that of the runs before and after."""
    before = training(steps)
    with Probe(feed.take):
        watched = training(steps)
    return 2 * watched / (before + training(steps))


def main(steps: int, rounds: int) -> None:
    """The median of several runs."""
    torch.set_num_threads(1)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    training(300)
    # As in the engine: what has been imported is nobody's garbage.
    gc.collect()
    gc.freeze()
    found = []
    for _ in range(rounds):
        found.append(ratio(steps, Feed(1, Outbox(writer), 20.0)))
        try:
            while os.read(reader, 1 << 20):
                pass
        except BlockingIOError:
            pass
    print(statistics.median(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
