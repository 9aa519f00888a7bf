import torch
from torch import nn

from engine.grading.checks import Code, expect, near, number

LOSSES = [5.0, 3.0, 4.0, 1.5, 6.0, 2.0]
BESIDES = ("mode-lost", "requires-grad-changed", "gradients-changed", "hook-left")
"""What a check that asks for something else lets pass; `unharmed` does not."""


class Trial:
    """Epochs whose losses are known, and weights that tell how many of them there were."""

    def __init__(self, code, losses, before=9.0, drifts=0.0, may=BESIDES):
        self.losses, self.order, self.before, self.drifts = losses, [], before, drifts
        self.trained = []
        self.model = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
        with torch.no_grad():
            for p in self.model.parameters():
                p.zero_()
                # A model that has been worked with: with gradients, and a part that is frozen.
                p.grad = code.draw.normal(*p.shape)
        self.model[0].bias.requires_grad_(False)
        self.answer = code.may("moved", *may).train_best(self.model, len(losses), self.train_epoch, self.validate)

    def train_epoch(self, model):
        self.order.append("train")
        self.trained.append(model)
        with torch.no_grad():
            for p in model.parameters():
                p.add_(1)

    def validate(self, model):
        again = self.drifts * (self.order[-1:] == ["judge"])
        self.order.append("judge")
        epoch = round(model[0].weight[0].item())
        return again + (self.losses[min(epoch, len(self.losses)) - 1] if epoch > 0 else self.before)

    def epochs(self):
        """For every number in the model, the epoch it is from."""
        return {round(float(x), 3) for p in self.model.parameters() for x in p.detach().flatten()}


def runs(code: Code) -> None:
    # However long nothing gets better, all epochs are run.
    for losses in (LOSSES, LOSSES[:1], LOSSES[::-1], [float(n) for n in range(1, 25)]):
        trial = Trial(code, losses)
        order = trial.order
        expect(all(model is trial.model for model in trial.trained), "another-model")
        trained, judged, n = order.count("train"), order.count("judge"), len(losses)
        expect(trained == n, "epoch-count" if trained > n else "too-few-epochs", n=n, got=trained)
        expect(judged >= n, "not-judged", n=n, got=judged)
        expect(order[0] == "train" or judged > n, "judged-before")
        after = [b for a, b in zip(order, [*order[1:], ""]) if a == "train"]
        expect(all(each == "judge" for each in after), "not-after-each")
        epochs = "".join("t" if each == "train" else "j" for each in order).split("t")[1:]
        # Behind the last epoch another judgement may confirm what was put back.
        often = max((len(each) for each in epochs[:-1]), default=1)
        expect(often == 1, "judged-often", got=often)


def best(code: Code) -> None:
    trial = Trial(code, LOSSES)
    found, facts = trial.epochs(), {"losses": LOSSES, "best": 4}
    if found != {4}:
        # The same once more, by code that has never been called before.
        alone = Trial(code.again(), LOSSES).epochs() == {4}
        expect(not alone, "remembers-calls", **facts)
    expect(found != {5}, "worst", **facts)
    expect(found != {1}, "first", **facts)
    if found == {6}:
        loaded = put_back(code)
        expect(True not in loaded, "a-reference")
        expect(not loaded, "kept-every-epoch", **facts)
        expect(False, "last", **facts)
    expect(len(found) == 1, "mixed", found=sorted(found))
    expect(found == {4}, "wrong-weights", **facts)
    for losses in drawn(code.draw):
        # Before the first epoch the loss was smaller: those weights have not been trained.
        trial = Trial(code, losses, before=min(losses) - code.draw.one_of([-99, 99]))
        found, want = trial.epochs(), [at for at, loss in enumerate(losses, 1) if loss == min(losses)]
        expect(len(found) == 1, "mixed", found=sorted(found))
        expect(found <= set(want), "wrong-weights", losses=losses, best=" or ".join(map(str, want)))
    whole_state(code)


def whole_state(code):
    """Buffers belong to the state of an epoch, and the caller's tensors stay the model's own."""
    model = nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1)))
    losses = [float(each) for each in code.draw.shuffled(range(1, 7))]
    # The best is not the last: what is not put back shows.
    losses.insert(code.draw.whole(0, 5), 0.5)
    best = losses.index(0.5) + 1
    own = [*model.modules(), *model.parameters(), *model.buffers()]
    epochs = []

    def train_epoch(given):
        epochs.append(1)
        with torch.no_grad():
            for each in given.state_dict().values():
                each.copy_(mark(len(epochs), each))

    code.may("moved", "statistics-moved", "rebuilt", *BESIDES).train_best(
        model, len(losses), train_epoch, lambda _: losses[len(epochs) - 1]
    )
    now = [*model.modules(), *model.parameters(), *model.buffers()]
    expect(len(own) == len(now) and all(map(lambda a, b: a is b, own, now)), "other-objects")
    for name, value in model.state_dict().items():
        key = "wrong-buffer" if name in dict(model.named_buffers()) else "wrong-weights"
        facts = {"name": name, "got": int(value.flatten()[0]), "losses": losses, "best": best}
        right = torch.equal(value, mark(best, value).expand_as(value))
        expect(right or not near(value, mark(best, value).expand_as(value), 1e-2), "rounded", **facts)
        expect(right, key, **facts)


def mark(epoch, value):
    """What all numbers of a tensor are after an epoch; few dtypes have exactly this one."""
    return torch.tensor(epoch + 0.1).to(value.dtype)


def drawn(draw):
    """Losses of every course: falling, rising, negative, huge, one alone."""
    # A loss of 0 is a loss, and nearly the same is not the same.
    yield from ([3.0, 0.0, 2.0], [3.0, 0.0, -1.0], [0.0, 1.0], [1.0, -0.0, 2.0], [0.0, -1e-30, 1.0])
    for size in (1e-6, 1e-12, 1e-30):
        yield from (draw.shuffled([size * each for each in (1.1, 1.2, 1.3)]), [size, 1.01 * size])
    yield from ([2.0, 1.000001, 1.0, 1.000001], [1e30, 1e29, 2e29])
    for n, unit in zip(draw.lengths(7), draw.every([0.001, 1, 1e4])):
        losses = [round(unit * (draw.one_of([1, -1]) * each + 0.3), 4) for each in draw.shuffled(range(1, n + 1))]
        yield from (losses, sorted(losses), sorted(losses, reverse=True))
        # The smallest may come twice, and then either of the two will do.
        yield draw.shuffled([*losses, min(losses)])
        ranks = draw.shuffled(range(1, n + 1))
        # Each a little better than the one before is better all the same.
        yield from ([1e9 * each for each in ranks], [round(unit * (1 - 0.001 * each), 7) for each in range(n)])


def put_back(code):
    """For every time weights were put back, whether they were the model's own tensors."""
    own, load = [], nn.Module.load_state_dict

    def watching(model, weights, *arguments, **settings):
        mine = {p.data_ptr() for p in model.parameters()}
        own.append(any(value.data_ptr() in mine for value in weights.values()))
        return load(model, weights, *arguments, **settings)

    nn.Module.load_state_dict = watching
    try:
        Trial(code, LOSSES)
    finally:
        nn.Module.load_state_dict = load
    return own


def reports(code: Code) -> None:
    got = number(Trial(code, LOSSES).answer, "What `train_best` returns")
    expect(near(got, 1.5), "wrong-report", got=got, want=1.5)
    # Whoever judges the same weights twice may get two numbers: data is drawn, say.
    got = number(Trial(code, LOSSES, drifts=0.25).answer, "What `train_best` returns")
    expect(not near(got, 1.75), "judged-again", got=got, want=1.5)
    expect(near(got, 1.5), "wrong-report", got=got, want=1.5)
    for losses in drawn(code.draw):
        got = number(Trial(code, losses).answer, "What `train_best` returns")
        expect(near(got, min(losses), 1e-6, 0.0), "wrong-report", got=got, want=min(losses))


def unharmed(code: Code) -> None:
    for losses in (LOSSES, LOSSES[::-1]):
        Trial(code, losses, may=())
