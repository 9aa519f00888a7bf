from copy import deepcopy

import torch
from torch import nn

from engine.grading.checks import (
    DTYPES,
    Code,
    agrees,
    expect,
    farthest,
    kept,
    loader,
    near,
    show,
    traced,
    uneven,
    watched,
)
from engine.views import Line, Scatter

X = torch.linspace(-1, 1, 16).unsqueeze(1)
MANY = torch.linspace(-1, 1, 64).unsqueeze(1)
SIZES = [4, 4, 4, 4]
KINDS = ("moved", "gradients-changed", "mode-lost", "nothing")


def target_of(x):
    return torch.sin(3 * x)


def small(code, dropout=0.0, inputs=1, outputs=1):
    model = nn.Sequential(nn.Linear(inputs, 6), nn.Tanh(), nn.Dropout(dropout), nn.Linear(6, outputs))
    return code.draw.settle(model)


def batches(code, scale=1.0):
    return loader(code.draw, X, scale * target_of(X), SIZES)


def train(model, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()


def trained(code, epochs=1, lr=0.05, dropout=0.0, mode=True, scale=1.0, known=False):
    """``known``: the model is as good as trained when it comes."""
    model = small(code, dropout).train(mode)
    given = batches(code, scale)
    if known:
        given = loader(code.draw, X, model(X).detach() + 1e-4, SIZES)
    with traced(model) as trace:
        code.may(*KINDS).train(model, given, epochs, lr)
    trace.walks = given.batch_sampler.passes
    return model, trace


def trains(code: Code) -> None:
    model, asked = small(code), []
    before = kept(model)
    for p in model.parameters():
        p.register_hook(asked.append)
    with traced(model) as trace:
        code.may(*KINDS).train(model, batches(code), 1, 0.05)
    moved = any(not torch.equal(p, before[name]) for name, p in model.named_parameters())
    late = [not any(g.any() for g in step.gradients.values()) for step in trace.steps]
    expect(moved or trace.calls, "not-called")
    expect(moved or trace.steps or not trace.foreign, "wrong-parameters", steps=trace.foreign)
    expect(moved or asked, "no-backward")
    expect(moved or not any(late), "cleared-too-early")
    expect(moved or trace.steps, "no-step")
    expect(moved, "stays")
    left = [name for name, p in model.named_parameters() if torch.equal(p, before[name])]
    expect(not left, "left-out", name=next(iter(left), ""))


def steps_of(trace):
    return len(trace.steps) or len(trace.calls)


def every_batch(code: Code) -> None:
    got = steps_of(trained(code)[1])
    expect(got != 1, "first-batch-only", got=got)
    for epochs in (3, 1, 2):
        trace = trained(code, epochs)[1]
        want, got, walks = 4 * epochs, steps_of(trace), trace.walks
        facts = {"epochs": epochs, "want": want, "got": got}
        expect(walks in (0, epochs) or got != want, "walks", epochs=epochs, got=walks)
        expect(got != 4 or epochs == 1, "one-epoch", **facts)
        expect(got == want, "step-count", **facts)
    first, second = trained(code)[1], trained(code, 2, known=True)[1]
    # Who makes steps at all makes as many where there is hardly anything to learn.
    got = len(second.steps if first.steps else second.calls)
    expect(got == 8, "good-already", epochs=2, want=8, got=got)


def mode(code: Code) -> None:
    _, trace = trained(code, epochs=2, dropout=0.5, mode=False)
    training = [mode for mode, recorded in zip(trace.modes, trace.recorded) if recorded]
    expect(any(training), "eval-mode")
    expect(all(training), "partly-eval", got=training.count(False), calls=len(training))


def first_two(code, scale):
    """A model's gradients in its first two steps, and those it should have had."""
    model, trace = trained(code, lr=0.05 / max(scale, 1), scale=scale)
    # Who prints the loss calls the model besides, without recording.
    learned = [x for x, recorded in zip(trace.calls, trace.recorded) if recorded]
    for count, (step, x) in enumerate(zip(trace.steps[:2], learned), 1):
        model.load_state_dict(step.before, strict=False)
        names, values = zip(*model.named_parameters())
        fresh = torch.autograd.grad(nn.functional.mse_loss(model(x), scale * target_of(x)), values)
        yield count, [(name, step.gradients.get(name, 0 * right), right) for name, right in zip(names, fresh)]


def fresh(code: Code) -> None:
    # Other losses agree with this one where the errors are small, or where they are large.
    for scale in (1.0, 100.0, 0.01):
        refuse_stale(code, scale)


def refuse_stale(code, scale):
    before = {}
    for count, found in first_two(code, scale):
        for name, got, right in found:
            facts = {"step": count, "name": name, **farthest(got, right)}
            fine = torch.allclose(got, right, rtol=1e-3, atol=1e-4 * float(right.abs().max()) + 1e-6)
            added = count == 2 and near(got, right + before[name], 1e-3)
            expect(fine or not added, "gradients-add-up", **facts)
            expect(fine, "wrong-loss", **facts)
            before[name] = got


def by_the_rule(code: Code) -> None:
    refuse_rate(code)
    for lr in (0.05, 0.002):
        _, trace = trained(code, lr=lr)
        for count, step in enumerate(trace.steps, 1):
            for name, before in step.before.items():
                if name not in step.gradients:
                    continue
                move, want = step.after[name] - before, -lr * step.gradients[name]
                fine = torch.allclose(move, want, rtol=1e-3, atol=1e-6)
                expect(fine, "not-sgd", step=count, name=name, lr=lr, **farthest(move, want))


def rate_of(step):
    """How far a step moved every number per unit of its gradient; None when not all alike."""
    names = list(step.gradients)
    move = torch.cat([(step.before[name] - step.after[name]).flatten() for name in names])
    gradient = torch.cat([step.gradients[name].flatten() for name in names])
    rate = float(move @ gradient / (gradient @ gradient).clamp(1e-12))
    return rate if near(move, rate * gradient, 1e-3, 1e-9) else None


def refuse_rate(code):
    """Refuse first steps that are those of SGD with another lr, in words for just that."""
    lrs, firsts = (0.05, 0.002), []
    for lr in lrs:
        firsts.extend(trained(code, lr=lr)[1].steps[:1])
    rates = [rate_of(step) if step.gradients else None for step in firsts]
    if len(rates) < 2 or None in rates or all(near(r, lr, 1e-2, 0) for r, lr in zip(rates, lrs)):
        return
    expect(not near(*rates, 1e-2, 0), "lr-ignored", rate=rates[0], lr=lrs[0], other=lrs[1])
    at = 0 if not near(rates[0], lrs[0], 1e-2, 0) else 1
    expect(False, "other-rate", rate=rates[at], lr=lrs[at])


def weights(model, *_):
    return {f"`{name}`": p for name, p in model.named_parameters()}


def cases(code):
    def drawn(draw):
        several = draw.every([1, 2, 3])
        dtypes, modes, scales = draw.every(DTYPES), draw.every([True, False]), draw.every([0.1, 1.0, 100.0])
        for epochs, sizes in ((1, [5]), (2, uneven(draw)), (draw.whole(3, 5), [1, 1, 3]), (3, uneven(draw))):
            inputs, dtype, scale, outputs = draw.whole(1, 3), next(dtypes), next(scales), next(several)
            x, y = draw.normal(sum(sizes), inputs, dtype=dtype), draw.normal(sum(sizes), outputs, dtype=dtype, scale=scale)
            model = small(code, inputs=inputs, outputs=outputs).to(dtype).train(next(modes))
            yield model, loader(draw, x, y, sizes), epochs, draw.real(0.01, 0.05) / max(scale, 1)
        yield rising(code)
        # A loader may also hold its batches ready, the same ones in every epoch.
        x, y = draw.normal(9, 2), draw.normal(9, 1)
        yield small(code, inputs=2), list(zip(x.split(4), y.split(4))), 3, 0.05

    return drawn


def rising(code):
    """A training whose loss rises from one epoch to the next, and goes on all the same."""
    for _ in range(20):
        model, given, lr = small(code), batches(code), code.draw.real(0.3, 1.5)
        twin, losses = deepcopy((model, given)), []
        for _ in range(3):
            train(*twin, 1, lr)
            losses.append(float(nn.functional.mse_loss(twin[0](X), target_of(X))))
        if losses[0] < losses[1]:
            break
    return model, given, 4, lr


def others(code: Code) -> None:
    agrees(code.may(*KINDS), train, cases(code), after=weights, tolerance=1e-3, exactly=True)


def learns(code: Code) -> None:
    torch.manual_seed(4)
    model = nn.Sequential(nn.Linear(1, 6), nn.Tanh(), nn.Linear(6, 1))
    with torch.no_grad():
        before = float(nn.functional.mse_loss(model(MANY), target_of(MANY)))
    with watched():
        code.may(*KINDS).train(model, batches(code), 60, 0.1)
    with torch.no_grad():
        fit = model.eval()(MANY)
        after = float(nn.functional.mse_loss(fit, target_of(MANY)))
    show(Scatter(X, target_of(X)), Line(MANY, fit))
    expect(after < 0.5 * before, "learns-nothing", before=before, after=after)
