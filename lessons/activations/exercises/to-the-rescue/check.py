import torch
from torch import nn

from engine.grading.checks import Code, Wrong, expect, show, tensor, watched
from engine.experiments.data import measure, normalised
from engine.views import Line, Scatter

STEPS, ENOUGH, GOOD = 300, 1.4, 2.0
FAR = 5.0
RATES, EVERY = (0.1, 0.03, 0.01, 0.1, 0.1, 0.1), 25


earlier = []
"""All models of this judgement: each call makes another one."""


def made(code):
    model = code.may("random").make_model()
    expect(isinstance(model, nn.Module), "no-module", got=type(model).__name__)
    if any(isinstance(p, nn.UninitializedParameter) for p in model.parameters()):
        # Lazy layers make their weights when they are first called.
        with torch.no_grad():
            model(torch.zeros(2, 1))
    earlier.append(model)
    return model


def straight(x, y):
    """The error of the best straight line."""
    x, y = x - x.mean(), y - y.mean()
    return float(((y - (x * y).sum() / (x * x).sum() * x) ** 2).mean())


def shape(code: Code) -> None:
    model = made(code)
    try:
        output = model(torch.randn(5, 1))
    except RuntimeError as error:
        # A Sequential runs no line of the learner's that could be shown.
        if not isinstance(model, nn.Sequential):
            raise
        raise Wrong("does-not-fit", error=str(error)) from error
    got = tuple(tensor(output, "What the model returns").shape)
    expect(got == (5, 1), "wrong-shape", got=got)


def bends(code: Code) -> None:
    # In evaluation mode: what is random is no bend.
    model, x = made(code).eval(), torch.linspace(-30, 30, 301).unsqueeze(1)
    with torch.no_grad():
        # A last layer of zeros is a good beginning too: other weights show what it can become.
        heights = [model(x), *(code.draw.settle(model)(x) for _ in range(2))]
    level = float(heights[0][0])
    expect(any(not torch.equal(y, torch.full_like(y, level)) for y in heights), "always-the-same", got=level)
    flat = all(float(y.max() - y.min()) <= 1e-6 * float(y.abs().max()) for y in heights)
    expect(not flat, "all-alike", n=len(x))
    expect(any(not straight(x, y) <= 1e-6 * float(y.var()) for y in heights), "no-bend")


def reach(code: Code) -> None:
    model = made(code)
    if not list(model.parameters()):
        # That is for `trains` to say.
        return
    x = torch.linspace(-3, 3, 200).unsqueeze(1)
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(30)
        heights = [model(x), *(code.draw.settle(model, 30)(x) for _ in range(3))]
    low, high = min(float(y.min()) for y in heights), max(float(y.max()) for y in heights)
    within = all(float(y.max() - y.min()) <= 2.1 for y in heights)
    span = max(float(y.max() - y.min()) for y in heights)
    expect(not within, "bend-at-the-end", low=low, high=high, span=span)
    for _ in range(40):
        # With other weights a Linear layer at the end goes far to either side, sooner or later.
        if low < -FAR and high > FAR:
            return
        with torch.no_grad():
            y = code.draw.settle(model, 30)(x)
        low, high = min(low, float(y.min())), max(high, float(y.max()))
    side, bound = ("below", low) if low >= -FAR else ("above", high)
    expect(False, "one-sided", side=side, bound=bound)


def trains(code: Code) -> None:
    x, y = measure()
    inputs, model = 3 * normalised(x), made(code)
    expect(list(model.parameters()), "no-weights")
    expect(any(p.requires_grad for p in model.parameters()), "frozen")
    expect(not knows(code, inputs, y), "copied")
    for _ in range(12):
        made(code)
    refuse_one_for_all(earlier)
    got, fit = torch.inf, y
    # Weights are drawn with luck: a model has more than one draw before it is judged.
    for seed, lr in enumerate(RATES):
        torch.manual_seed(seed)
        with watched():
            reached, found = train(made(code), inputs, y, lr)
        got, fit = (reached, found) if not reached >= got else (got, fit)
        if got < GOOD:
            break
    show(Scatter(x, y), Line(x, fit))
    facts = {"got": got, "line": straight(x, y), "models": seed + 1}
    width = sum(p.numel() for p in made(code).parameters())
    expect(got < GOOD or width > 12, "too-narrow", width=width, **facts)
    expect(got < GOOD, "learns-nothing", **facts)


def refuse_one_for_all(models):
    seen = set()
    for model in models:
        own = {id(p) for p in model.parameters()}
        expect(not own & seen, "one-for-all")
        seen |= own


def train(model, inputs, y, lr):
    """Train a model; the smallest error it has got to on the way, and its answers then."""
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=lr, fused=True)
    best, fit = torch.inf, y
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), y)
        loss.backward()
        optimizer.step()
        if loss < ENOUGH or (step + 1) % EVERY == 0:
            with torch.no_grad():
                found = model.eval()(inputs)
                model.train()
            error = float(nn.functional.mse_loss(found, y))
            best, fit = (error, found) if error < best else (best, fit)
            if best < ENOUGH:
                break
    return best, fit


def knows(code, inputs, y):
    """Whether the model has the wave in it already, whatever its weights are."""
    for _ in range(2):
        with torch.no_grad():
            found = code.draw.settle(made(code))(inputs)
        bends = [part - line(inputs, part) for part in (found, y)]
        likeness = nn.functional.cosine_similarity(*bends, dim=0).abs()
        if not likeness > 0.8:
            return False
    return True


def line(x, y):
    """The best straight line's values."""
    centred = x - x.mean()
    return y.mean() + (centred * (y - y.mean())).sum() / (centred * centred).sum() * centred
