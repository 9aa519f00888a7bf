"""The reference loop with the probe and without it, in turn; prints the median ratio."""

import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader

from engine.code.probe import Probe
from engine.data import Measurements, measure
from engine.process.feed import Feed
from engine.process.outbox import Outbox


def loop(steps: int) -> float:
    """Seconds of processor time a step: waiting for a busy machine is nobody's cost."""
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


def main(steps: int, rounds: int) -> None:
    """Measure before, watched, after, again and again."""
    torch.set_num_threads(1)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    feed, ratios = Feed(1, Outbox(writer), 20.0), []
    loop(200)
    for _ in range(rounds):
        before = loop(steps)
        with Probe(feed.take):
            watched = loop(steps)
        after = loop(steps)
        ratios.append(2 * watched / (before + after))
        while os.get_blocking(reader) is False:
            try:
                os.read(reader, 1 << 20)
            except BlockingIOError:
                break
    print(statistics.median(ratios))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
