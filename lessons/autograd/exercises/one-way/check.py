import torch
from torch import nn

from engine.grading.checks import Code, expect, near, number


def asked(code):
    torch.manual_seed(2)
    student, teacher, x = nn.Linear(3, 2), nn.Linear(3, 2), torch.randn(6, 3)
    return student, teacher, x, code.imitation_loss(student, teacher, x)


def norm(model):
    return sum(float(p.grad.norm()) for p in model.parameters() if p.grad is not None)


def loss(code: Code) -> None:
    student, teacher, x, got = asked(code)
    want = float(((student(x) - teacher(x)) ** 2).mean().detach())
    expect(near(number(got, "The loss"), want), "wrong-loss", got=number(got, "The loss"), want=want)
    expect(isinstance(got, torch.Tensor), "a-number")


def student(code: Code) -> None:
    learner, teacher, _, got = asked(code)
    expect(got.requires_grad, "nobody-learns")
    got.backward()
    expect(norm(learner) or not norm(teacher), "wrong-way")
    expect(norm(learner), "nobody-learns")


def teacher(code: Code) -> None:
    _, taught, _, got = asked(code)
    got.backward()
    expect(not norm(taught), "teacher-learns", got=norm(taught))


def unharmed(code: Code) -> None:
    _, taught, _, _ = asked(code)
    expect(all(p.requires_grad for p in taught.parameters()), "teacher-frozen")
