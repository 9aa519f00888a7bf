import torch
from torch import nn

from engine.grading.checks import DTYPES, Code, agrees, expect, farthest, near, number, tensor


class Moody(nn.Module):
    """What answers otherwise in training mode than in evaluation mode, as dropout does."""

    def forward(self, x):
        return 1.5 * x if self.training else x


def imitation_loss(student, teacher, x):
    return ((student(x) - teacher(x).detach()) ** 2).mean()


def asked(draw, scale=1.0, dtype=torch.float32, deep_teacher=None):
    """Two models of different make, and what they are asked."""
    inputs, outputs = draw.whole(1, 4), draw.whole(1, 3)
    deep = nn.Sequential(nn.Linear(inputs, 5), nn.Tanh(), Moody(), nn.Linear(5, outputs))
    models = [nn.Sequential(Moody(), nn.Linear(inputs, outputs)), deep]
    student, teacher = draw.shuffled(models) if deep_teacher is None else models[:: 1 if deep_teacher else -1]
    x = draw.normal(draw.one_of([1, 2, 7]), inputs, dtype=dtype, scale=scale)
    return draw.settle(student).to(dtype), draw.settle(teacher).to(dtype), x


def cases(draw):
    # The answers lie near together and far apart: a loss that is another one there is none here.
    turns = draw.every([True, True, False])
    modes = draw.every([(True, True), (False, True), (True, False)])
    for scale, dtype, deep_teacher, mode, _ in zip(draw.every([0.1, 1.0, 30.0]), draw.every(DTYPES), turns, modes, range(5)):
        student, teacher, x = asked(draw, scale, dtype, deep_teacher)
        yield student.train(mode[0]), teacher.train(mode[1]), x
    # One of them may come out right by luck.
    yield from (far_off(*asked(draw)) for _ in range(4))


def far_off(student, teacher, x):
    """Answers near together and far from zero: their squares are too large to keep the difference."""
    with torch.no_grad():
        for model in (student, teacher):
            list(model.parameters())[-1].add_(1000.0)
    return student, teacher, x


def used(draw):
    """Models that have been worked with: partly frozen, with gradients, in modes of their own."""
    for student, teacher, x in cases(draw):
        yield draw.used(student), draw.used(teacher), x


def norm(model):
    return sum(float(p.grad.norm()) for p in model.parameters() if p.grad is not None)


def loss(code: Code) -> None:
    def diagnose(got, want, *models_and_x):
        got = number(got, "The loss")
        if near(got, want):
            return
        refuse_other_mode(got, *models_and_x)
        expect(False, "wrong-loss", got=got, want=float(want.detach()))

    def answered(*arguments):
        got = code.imitation_loss(*arguments)
        expect(isinstance(got, torch.Tensor), "a-number")
        return got

    answered(*asked(code.draw))
    agrees(code, imitation_loss, cases, diagnose=diagnose, tolerance=1e-3, exactly=True)


def refuse_other_mode(got, student, teacher, x):
    """Refuse the loss of models that were asked in another mode than they came in."""
    for name, model in (("student", student), ("teacher", teacher)):
        came = model.training
        model.train(not came)
        other = float(imitation_loss(student, teacher, x).detach())
        model.train(came)
        words = {True: "training", False: "evaluation"}
        expect(not near(got, other), "another-mode", name=name, came=words[came], asked=words[not came])


def student(code: Code) -> None:
    for learner, teacher, x in cases(code.draw):
        got = tensor(code.imitation_loss(learner, teacher, x), "The loss")
        expect(got.requires_grad, "nobody-learns")
        got.sum().backward()
        expect(norm(learner) or not norm(teacher), "wrong-way")
        expect(norm(learner), "another-student")
        parameters = dict(learner.named_parameters())
        want = torch.autograd.grad(imitation_loss(learner, teacher, x), parameters.values())
        for (name, p), right in zip(parameters.items(), want):
            same = p.grad is not None and torch.allclose(p.grad, right, rtol=1e-3, atol=1e-4 * float(right.norm()) + 1e-6)
            got = torch.zeros_like(right) if p.grad is None else p.grad
            expect(same, "wrong-gradient", name=name, **farthest(got, right))


def teacher(code: Code) -> None:
    for student, taught, x in cases(code.draw):
        code.imitation_loss(student, taught, x).sum().backward()
        expect(not norm(taught), "teacher-learns", got=norm(taught))
        reached = [name for name, p in taught.named_parameters() if p.grad is not None]
        expect(not reached, "zeros-for-the-teacher", name=next(iter(reached), ""))


def unharmed(code: Code) -> None:
    for student, taught, x in used(code.draw):
        code.imitation_loss(student, taught, x)
