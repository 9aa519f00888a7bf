import torch
from torch import nn

from engine.grading.checks import Code, expect, near, number

LABELS = torch.tensor([0, 2, 1, 0, 1])


def problem():
    model = nn.Linear(4, 3)
    return model, torch.randn(5, 4)


def loss(code: Code) -> None:
    model, x = problem()
    loss, scores = code.loss_of(model, x, LABELS), model(x).detach()
    got, want = number(loss, "The loss"), float(nn.functional.cross_entropy(scores, LABELS))
    doubled = float(nn.functional.cross_entropy(scores.softmax(1), LABELS))
    sure = number(code.loss_of(lambda x: 20 * torch.eye(3)[LABELS], x, LABELS), "The loss")
    expect(not near(got, doubled), "softmax-twice", got=sure)
    plain = float(nn.functional.nll_loss(scores.softmax(1), LABELS))
    expect(not near(got, plain), "no-logarithm", got=got)
    expect(not near(got, 5 * want), "sum", n=5, ratio=got / want)
    expect(near(got, want), "wrong-loss", got=got, want=want)
    expect(isinstance(loss, torch.Tensor) and loss.requires_grad, "no-gradient")


def learns(code: Code) -> None:
    sure = number(code.loss_of(lambda x: 20 * torch.eye(3)[LABELS], torch.ones(5, 4), LABELS), "The loss")
    expect(sure < 0.01, "softmax-twice", got=sure)


def accuracy(code: Code) -> None:
    # Three of six rows are right; down the columns the winners are others.
    square = torch.tensor([[9.0, 8.0, 0.0], [1.0, 3.0, 2.0], [4.0, 7.0, 6.0]])
    got = number(code.accuracy(lambda x: square, torch.ones(3, 4), torch.tensor([0, 1, 1])), "The accuracy")
    expect(not near(got, 1 / 3), "wrong-dimension", got=got, want=1.0)
    labels = torch.tensor([2, 0, 1, 1, 0, 2])
    scores = nn.functional.one_hot(torch.tensor([2, 0, 1, 0, 2, 2]), 3) * 2.0 + torch.rand(6, 3)
    got, want = number(code.accuracy(lambda x: scores, torch.ones(6, 4), labels), "The accuracy"), 4 / 6
    expect(not near(got, 4), "a-count", got=got, n=6)
    expect(not near(got, 1 - want), "the-errors", got=got)
    expect(near(got, want), "wrong-accuracy", got=got, want=want)
