import torch
from torch import nn

from engine.grading.checks import Code, agrees, expect, near, number

BESIDES = ("moved", "statistics-moved", "mode-lost", "requires-grad-changed", "gradients-changed", "hook-left")
"""What the checks of the numbers let pass; `unharmed` does not."""

LABELS = torch.tensor([0, 2, 1, 0, 1])


class Answering(nn.Module):
    """A model that gives these scores: the first feature of a sample is its number."""

    def __init__(self, scores):
        super().__init__()
        self.scores = nn.Parameter(scores.clone())

    def forward(self, x):
        return self.scores[x[..., 0].long()]


def numbered(n, features):
    """Samples whose first feature is their number."""
    return torch.arange(float(n)).unsqueeze(1).repeat(1, features)


def loss_of(model, x, labels):
    return nn.functional.cross_entropy(model(x), labels)


def share(model, x, labels):
    return float((model(x).argmax(dim=1) == labels).double().mean())


share.__name__ = "accuracy"


def cases(draw):
    is_deep, scales = draw.every([True, False]), draw.every([0.1, 1.0, 3.0])
    for n in draw.lengths(12):
        inputs, classes = draw.whole(1, 5), draw.one_of([2, n + 1, draw.whole(2, 9)])
        deep = nn.Sequential(nn.Linear(inputs, 4), nn.Tanh(), nn.Linear(4, classes))
        model = deep if next(is_deep) else nn.Linear(inputs, classes)
        model = draw.settle(model, next(scales))
        yield draw.used(model, freeze=False), draw.normal(n, inputs), draw.classes(n, classes)
    # Many samples, many classes; every class counts.
    yield draw.settle(nn.Linear(3, 40)), draw.normal(300, 3), draw.classes(300, 40)
    yield draw.settle(nn.Linear(3, 10)), draw.normal(10, 3), draw.order(10)
    # The winner's share may be small, and all scores may be large.
    labels, winners = draw.classes(8, 5), draw.classes(8, 5)
    scores = nn.functional.one_hot(torch.where(torch.arange(8) < 5, labels, winners), 5)
    for scale, shift in ((0.5, 0.0), (2.0, 60.0), (2.0, -60.0)):
        yield Answering(scale * scores + shift), numbered(8, 2), labels
    # Some samples are right for sure, some wrong for sure; in a square the columns mislead.
    for n, classes in ((5, 5), (8, 3), (1, 4)):
        labels, winners = draw.classes(n, classes), draw.classes(n, classes)
        winners = torch.where(draw.normal(n) > 0, winners, labels)
        scores = draw.normal(n, classes, scale=0.3) + 2 * nn.functional.one_hot(winners, classes)
        yield Answering(scores + 3 * draw.normal(n, 1)), numbered(n, 2), labels


def extreme(draw):
    """Scores whose exponentials are too large or too small for a float, in single and far apart."""
    for shift, scale in ((0.0, 150.0), (1000.0, 1.0), (-1000.0, 1.0), (0.0, 1e5)):
        labels = draw.classes(6, 4)
        yield shift + scale * draw.normal(6, 4), labels


def close(draw):
    """Scores of which one is only a little larger than the others."""
    labels, winners = draw.classes(9, 3), draw.classes(9, 3)
    winners = torch.where(draw.normal(9) > 0, winners, labels)
    winner = nn.functional.one_hot(winners, 3)
    yield 1 + 2e-4 * winner, labels
    yield from ((shift + winner, labels) for shift in (-1e4, 1e6))


def problem(code):
    return code.draw.settle(nn.Linear(4, 3)), code.draw.normal(5, 4)


def sure_loss(code):
    sure = Answering(20 * torch.eye(3)[LABELS])
    return number(code.loss_of(sure, numbered(5, 4), LABELS), "The loss")


def loss(code: Code) -> None:
    code = code.may(*BESIDES)
    model, x = problem(code)
    loss, scores = code.loss_of(model, x, LABELS), model(x).detach()
    got, want = number(loss, "The loss"), float(nn.functional.cross_entropy(scores, LABELS))
    doubled = float(nn.functional.cross_entropy(scores.softmax(1), LABELS))
    expect(not near(got, doubled), "softmax-twice", got=sure_loss(code))
    plain = float(nn.functional.nll_loss(scores.softmax(1), LABELS))
    expect(not near(got, plain), "no-logarithm", got=got)
    expect(not near(got, 5 * want), "sum", n=5, ratio=got / want)
    expect(near(got, want), "wrong-loss", got=got, want=want)
    expect(isinstance(loss, torch.Tensor) and loss.requires_grad, "no-gradient")


def learns(code: Code) -> None:
    code = code.may(*BESIDES)
    sure = sure_loss(code)
    expect(sure < 0.01, "not-sure", got=sure)


def any_scores(code: Code) -> None:
    code = code.may(*BESIDES)
    def diagnose(got, want, *_):
        expect(False, "wrong-loss", got=number(got, "The loss"), want=float(want.detach()))

    agrees(code, loss_of, cases, diagnose=diagnose, tolerance=1e-3, floor=0.5)
    for scores, labels in extreme(code.draw):
        want = float(nn.functional.cross_entropy(scores, labels))
        got = number(code.loss_of(Answering(scores), numbered(len(scores), 2), labels), "The loss")
        facts = {"got": got, "want": want, "low": float(scores.min()), "high": float(scores.max())}
        expect(near(got, want, 1e-3), "any-numbers", **facts)
    for model, x, labels in cases(code.draw):
        parameters = list(model.parameters())
        want = torch.autograd.grad(loss_of(model, x, labels), parameters)
        loss = code.loss_of(model, x, labels)
        expect(isinstance(loss, torch.Tensor) and loss.requires_grad, "no-gradient")
        got = torch.autograd.grad(loss.sum(), parameters, allow_unused=True)
        right = all(g is not None and torch.allclose(g, w, rtol=1e-2, atol=1e-4) for g, w in zip(got, want))
        expect(right, "no-gradient")


def share_down(model, labels):
    """The accuracy when the winners are looked for down the columns."""
    return float((model.scores.argmax(dim=0) == labels).double().mean())


def accuracy(code: Code) -> None:
    code = code.may(*BESIDES)
    # Three of three rows are right; down the columns the winners are others.
    square = Answering(torch.tensor([[9.0, 3.0, 0.0], [1.0, 8.0, 2.0], [4.0, 7.0, 6.0]]))
    first = number(code.accuracy(square, numbered(3, 4), torch.tensor([0, 1, 1])), "The accuracy")
    # The same samples in another order; a number alone may come about in many ways.
    turned = Answering(square.scores.detach()[[1, 2, 0]])
    second = number(code.accuracy(turned, numbered(3, 4), torch.tensor([1, 1, 0])), "The accuracy")
    columns = near(first, 2 / 3) and near(second, share_down(turned, torch.tensor([1, 1, 0])))
    expect(not columns, "wrong-dimension", got=first, want=1.0)
    expect(not (near(first, 1 / 3) and near(second, 1 / 3)), "share-of-scores", got=first)
    labels, winners = torch.tensor([2, 0, 1, 1, 0, 2]), torch.tensor([2, 0, 1, 0, 2, 2])
    # The right class is never the last of the three.
    scores = nn.functional.one_hot(winners, 3) * 2.0 + nn.functional.one_hot(labels, 3) + torch.rand(6, 3) / 2
    got, want = number(code.accuracy(Answering(scores), numbered(6, 4), labels), "The accuracy"), 4 / 6
    expect(not near(got, 4) or not near(first, 3), "a-count", got=got, n=6)
    expect(not near(got, 1 - want) or not near(first, 0), "the-errors", got=got)
    expect(near(got, want), "wrong-accuracy", got=got, want=want)

    def diagnose(got, want, *_):
        expect(False, "wrong-accuracy", got=number(got, "The accuracy"), want=want)

    agrees(code, share, cases, diagnose=diagnose, tolerance=2e-6)
    for scores, labels in (*extreme(code.draw), *close(code.draw)):
        want = float((scores.argmax(dim=1) == labels).double().mean())
        got = number(code.accuracy(Answering(scores), numbered(len(scores), 2), labels), "The accuracy")
        facts = {"got": got, "want": want, "low": float(scores.min()), "high": float(scores.max())}
        expect(near(got, want, 2e-6), "any-winner", **facts)


def unharmed(code: Code) -> None:
    for model, x, labels in cases(code.draw):
        code.loss_of(model, x, labels)
        code.accuracy(model, x, labels)
