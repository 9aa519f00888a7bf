"""Training: six steps, again and again."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import DataLoader

from engine.data import Measurements, measure, normalised
from engine.devices import pick
from engine.models import bend, regressor
from engine.views import Experiment, Line, Progress, Scalars, Scatter


def fit(
    *,
    lr: float = 0.001,
    epochs: int = 50,
    batch_size: int = 1,
    width: int = 10,
    activation: str = "none",
    normalise: bool = False,
    device: str = "auto",
) -> Experiment:
    """Train a small network on the measurements and watch its fit."""
    here = pick(device)
    x, y = measure()
    inputs = normalised(x) if normalise else x
    yield Scatter(x, y)

    # 1. The model moves to the device; the optimizer is built from its parameters.
    model = regressor(width, activation).to(here)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    loader = DataLoader(Measurements(inputs, y), batch_size=batch_size, shuffle=True)

    step = 0
    for epoch in range(1, epochs + 1):
        model.train()  # 2. Training mode.
        for batch, target in loader:
            batch, target = batch.to(here), target.to(here)  # 3. The batch moves too.
            optimizer.zero_grad()  # 4. Forget the old gradients.
            loss = criterion(model(batch), target)  # 5. Predict, and measure the error.
            loss.backward()  # 6. Find the slopes, take one step down.
            optimizer.step()
            step += 1
            changes = yield Scalars(step, loss=loss)
            optimizer.param_groups[0].update(changes or {})

        model.eval()
        with torch.inference_mode():
            curve = model(inputs.to(here)).cpu()
        yield Progress(epoch, epochs)
        yield Line(x, curve)
        yield Scalars(step, mse=criterion(curve, y), bend=bend(x, curve))
