import torch
from torch import nn

from engine.grading.checks import Code, expect, near, on_step, show, watched
from engine.views import Line, Scatter

X = torch.linspace(-2, 2, 40).unsqueeze(1)
Y = torch.sin(2 * X).squeeze(1)
GOOD = 0.02


class Watch:
    """The gradients before each step, and the losses that were differentiated."""

    def __init__(self, code, steps):
        torch.manual_seed(6)
        self.losses, self.gradients, self.weights = [], [], []
        handle = on_step(self.note)
        backward = torch.Tensor.backward
        torch.Tensor.backward = lambda loss, *a, **k: (self.losses.append(float(loss.detach())), backward(loss, *a, **k))[1]
        try:
            self.model = code.fit(X, Y, steps)
        finally:
            handle.remove()
            torch.Tensor.backward = backward
        expect(isinstance(self.model, nn.Module), "no-model", got=type(self.model).__name__)

    def note(self, optimizer):
        held = [p for group in optimizer.param_groups for p in group["params"]]
        self.held = held
        self.gradients.append([None if p.grad is None else p.grad.clone() for p in held])
        self.weights.append([p.detach().clone() for p in held])

    @property
    def is_ours(self):
        return {id(p) for p in self.model.parameters()} == {id(p) for p in self.held}


def right_loss(model):
    return ((model(X) - Y.unsqueeze(1)) ** 2).mean()


def runs(code: Code) -> None:
    got = sum(p.numel() for p in Watch(code, 1).model.parameters())
    expect(got == 49, "rewritten", got=got, want=49)


def target(code: Code) -> None:
    watch = Watch(code, 1)
    model = watch.model
    if watch.is_ours:
        for p, before in zip(watch.held, watch.weights[0]):
            p.data.copy_(before)
    got, want = watch.losses[0], float(right_loss(model).detach())
    expect(near(got, want, 1e-3), "broadcast", got=got, want=want)


def optimizer(code: Code) -> None:
    expect(Watch(code, 1).is_ours, "other-model")


def fresh(code: Code) -> None:
    watch = Watch(code, 3)
    for step, (weights, gradients) in enumerate(zip(watch.weights, watch.gradients), 1):
        for p, value in zip(watch.held, weights):
            p.data.copy_(value)
        expect(any(g is not None and g.any() for g in gradients), "cleared-too-early", step=step)
        right = torch.autograd.grad(right_loss(watch.model), watch.held)
        for (name, _), got, want in zip(watch.model.named_parameters(), gradients, right):
            facts = {"step": step, "name": name, "got": float(got.norm()), "want": float(want.norm())}
            expect(near(got, want, 1e-2), "gradients-add-up", **facts)


def learns(code: Code) -> None:
    with watched():
        model = Watch(code, 150).model
    with torch.no_grad():
        fit, got = model(X), float(right_loss(model))
    show(Scatter(X, Y), Line(X, fit))
    expect(got < GOOD, "not-good-enough", got=got, want=GOOD)
