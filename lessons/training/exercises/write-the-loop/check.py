import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from engine.grading.checks import Code, expect, kept, show, traced, watched
from engine.views import Line, Scatter

X = torch.linspace(-1, 1, 16).unsqueeze(1)
Y = torch.sin(3 * X)
MANY = torch.linspace(-1, 1, 64).unsqueeze(1)


def small(dropout=0.0):
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(1, 6), nn.Tanh(), nn.Dropout(dropout), nn.Linear(6, 1))


def batches():
    return list(zip(X.split(4), Y.split(4)))


def trained(code, epochs=1, lr=0.05):
    model = small()
    with traced(model) as trace:
        code.get("train")(model, batches(), epochs, lr)
    return model, trace


def target_of(x):
    return torch.sin(3 * x)


def mse(model, inputs):
    return nn.functional.mse_loss(model(inputs[-1]), target_of(inputs[-1]))


def trains(code: Code) -> None:
    before, model, foreign, asked = kept(small()), small(), [], []
    for p in model.parameters():
        p.register_hook(asked.append)
    handle = register_optimizer_step_pre_hook(lambda *_: foreign.append(1))
    try:
        with traced(model) as trace:
            code.get("train")(model, batches(), 1, 0.05)
    finally:
        handle.remove()
    moved = any(not torch.equal(p, before[name]) for name, p in model.named_parameters())
    expect(moved or trace.steps or not foreign, "wrong-parameters", steps=len(foreign))
    expect(moved or asked, "no-backward")
    late = [not any(g.any() for g in step.gradients.values()) for step in trace.steps]
    expect(moved or not any(late), "cleared-too-early")
    expect(moved, "no-step")


def steps_of(trace):
    return len(trace.steps) or len(trace.calls)


def every_batch(code: Code) -> None:
    got = steps_of(trained(code)[1])
    expect(got != 1, "first-batch-only", got=got)
    got = steps_of(trained(code, epochs=3)[1])
    expect(got != 4, "one-epoch", got=got)
    expect(got == 12, "step-count", got=got)


def mode(code: Code) -> None:
    model = small(dropout=0.5).eval()
    with traced(model) as trace:
        code.get("train")(model, batches(), 1, 0.05)
    expect(all(trace.modes[:4]), "eval-mode")


def fresh(code: Code) -> None:
    stale = trained(code)[1].stale_gradient(mse)
    if stale is not None:
        facts = dict(zip(("step", "name", "got", "want"), stale))
        expect(facts["step"] == 1, "gradients-add-up", **facts)
        expect(False, "wrong-loss", **facts)


def by_the_rule(code: Code) -> None:
    for lr in (0.05, 0.002):
        model, trace = trained(code, lr=lr)
        broken = trace.broken_rule(lambda p: torch.optim.SGD(p, lr=lr))
        if broken is not None:
            facts = dict(zip(("step", "name", "got", "want"), broken))
            expect(lr == 0.05, "lr-ignored", lr=lr, **facts)
            expect(False, "not-sgd", lr=lr, **facts)


def learns(code: Code) -> None:
    model = small()
    with torch.no_grad():
        before = float(nn.functional.mse_loss(model(MANY), target_of(MANY)))
    with watched():
        code.get("train")(model, batches(), 60, 0.1)
    with torch.no_grad():
        fit = model.eval()(MANY)
        after = float(nn.functional.mse_loss(fit, target_of(MANY)))
    show(Scatter(X, Y), Line(MANY, fit))
    expect(after < 0.5 * before, "learns-nothing", before=before, after=after)
