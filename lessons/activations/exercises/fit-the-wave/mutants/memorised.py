import torch


def fit(x, y):
    """Train on (x, y); return a function that predicts for new x."""

    def predict(new):
        distances = (new - x.T).abs()
        nearest = distances.argmin(dim=1)
        return y[nearest]

    return predict
