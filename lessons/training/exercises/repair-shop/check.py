import torch
from torch import nn

from engine.grading.checks import Code, expect, farthest, near, on_step, show, watched
from engine.views import Line, Scatter

X = torch.linspace(-2, 2, 40).unsqueeze(1)
Y = torch.sin(2 * X).squeeze(1)
GOOD, WANT = 0.02, 49
SETTINGS = {"lr": 0.05, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "amsgrad": False, "maximize": False}


class Watch:
    """The gradients before each step, and what the model was given since the one before."""

    def __init__(self, code, steps, x=X, y=Y):
        torch.manual_seed(6)
        self.x, self.y, self.steps = x, y, steps
        self.gradients, self.weights, self.given, self.held = [], [], [], []
        self.settings = []
        self._calls = []
        handles = [on_step(self.note), nn.modules.module.register_module_forward_pre_hook(self.call)]
        try:
            self.model = code.may("random").fit(x, y, steps)
        finally:
            for handle in handles:
                handle.remove()
        expect(isinstance(self.model, nn.Module), "no-model", got=type(self.model).__name__)
        frozen = [name for name, p in self.model.named_parameters() if not p.requires_grad]
        expect(not frozen, "frozen", name=next(iter(frozen), ""))

    def call(self, module, arguments):
        if isinstance(module, nn.Linear) and module.in_features == 1 and arguments:
            self._calls.append(len(arguments[0]))

    def note(self, optimizer):
        held = [p for group in optimizer.param_groups for p in group["params"]]
        self.held = held
        if isinstance(optimizer, torch.optim.Adam):
            self.settings += [{name: group[name] for name in SETTINGS} for group in optimizer.param_groups]
        self.gradients.append([None if p.grad is None else p.grad.clone() for p in held])
        self.weights.append([p.detach().clone() for p in held])
        self.given.append(max(self._calls, default=0))
        self._calls.clear()

    @property
    def is_ours(self):
        return {id(p) for p in self.model.parameters()} == {id(p) for p in self.held}

    def at(self, step):
        """The gradient of the right loss at the weights before a step."""
        for p, value in zip(self.held, self.weights[step]):
            p.data.copy_(value)
        return torch.autograd.grad(right_loss(self.model, self.x, self.y), self.held)


def right_loss(model, x=X, y=Y):
    return ((model(x) - y.unsqueeze(1)) ** 2).mean()


def problems(draw):
    """The lesson's data, and others of other sizes."""
    yield X, Y
    for n, scale in ((draw.whole(5, 30), 1.0), (draw.whole(5, 30), 100.0), (1, 1.0)):
        x = draw.normal(n, 1)
        yield x, scale * (draw.real(0.5, 2) * torch.sin(draw.real(1, 3) * x).squeeze(1) + draw.real(-1, 1))


def runs(code: Code) -> None:
    got = sum(p.numel() for p in Watch(code, 1).model.parameters())
    expect(got == WANT, "rewritten", got=got, want=WANT)
    refuse_other_network(Watch(code, 1).model)
    steps = code.draw.whole(2, 6)
    watch = Watch(code, steps)
    done = len(watch.gradients)
    expect(done in (0, steps), "step-count", steps=steps, got=done)
    expect(all(n == len(X) for n in watch.given), "not-all-at-once", n=len(X), got=next(iter(watch.given), 0))


def refuse_other_network(model):
    """The model against its own weights, put together as the script does it."""
    of = {tuple(p.shape): p for p in model.parameters()}
    shapes = ((16, 1), (16,), (1, 16), (1,))
    expect(set(of) == set(shapes), "other-layers")
    first, shift, last, end = (of[shape] for shape in shapes)
    got, want = model(X), torch.tanh(X @ first.T + shift) @ last.T + end
    facts = {"got": float(got.flatten()[0].detach()), "want": float(want[0].detach())}
    expect(near(got.flatten(), want.flatten()), "other-network", **facts)


def optimizer(code: Code) -> None:
    watch = Watch(code, 1)
    expect(watch.is_ours or not watch.held, "other-model")
    mine = {id(p) for p in watch.model.parameters()}
    shared = any(id(p) in mine for p in Watch(code, 1).model.parameters())
    expect(not shared, "one-for-all")
    for found in watch.settings + Watch(code, 7).settings:
        for name, want in SETTINGS.items():
            expect(found[name] == want, "other-setting", name=name, got=found[name], want=want)
    begins, other = watch.weights, Watch(code, 1, X, Y + 3).weights
    alike = len(begins) == len(other) and all(map(torch.equal, *(each[0] for each in (begins, other)))) if begins else True
    expect(alike, "begins-elsewhere")
    if not watch.held:
        stays = Watch(code, 3)
        same = all(map(torch.equal, watch.model.parameters(), stays.model.parameters()))
        expect(not same, "no-step")


def target(code: Code) -> None:
    for x, y in problems(code.draw):
        watch = Watch(code, 1, x, y)
        if watch.held:
            want, got = watch.at(0), watch.gradients[0]
            every = ((watch.model(x) - y) ** 2).mean()
            broadcast = torch.autograd.grad(every, watch.held)
            pairs = list(zip(got, want, broadcast))
            met_all = all(g is not None and near(g, b, 1e-3) for g, _, b in pairs)
            different = any(not near(w, b, 1e-2) for _, w, b in pairs)
            expect(not (met_all and different), "broadcast")
            # Without a gradient there is no telling what the loss compares: see `fresh`.
            if not any(g is not None and g.any() for g in got):
                continue
            for (name, _), g, w in zip(watch.model.named_parameters(), got, want):
                facts = farthest(torch.zeros_like(w) if g is None else g, w)
                expect(g is not None and near(g, w, 1e-2), "wrong-gradient", name=name, **facts)


def fresh(code: Code) -> None:
    for x, y in problems(code.draw):
        watch, earlier = Watch(code, 4, x, y), {}
        for step, gradients in enumerate(watch.gradients):
            want = watch.at(step)
            expect(any(g is not None and g.any() for g in gradients), "cleared-too-early", step=step + 1)
            for (name, _), g, w in zip(watch.model.named_parameters(), gradients, want):
                g = torch.zeros_like(w) if g is None else g
                facts = {"step": step + 1, "name": name, **farthest(g, w)}
                room = 1e-2 * float(w.abs().max()) + 1e-6
                fine = torch.allclose(g, w, rtol=1e-2, atol=room)
                summed = step and near(g, w + earlier[name], 1e-2)
                expect(fine or not summed, "gradients-add-up", **facts)
                expect(fine, "other-gradient", **facts)
                earlier[name] = g


def refuse_other_optimizer(watch):
    """The steps of a run against those of the script's Adam, given the same gradients."""
    if not watch.held:
        return
    names = {id(p): name for name, p in watch.model.named_parameters()}
    twins = [nn.Parameter(start.clone()) for start in watch.weights[0]]
    adam = torch.optim.Adam(twins, lr=0.05)
    places = [*watch.weights[1:], [p.detach() for p in watch.held]]
    for step, (gradients, after) in enumerate(zip(watch.gradients, places), 1):
        for p, gradient in zip(twins, gradients):
            p.grad = gradient
        adam.step()
        for p, want, got in zip(watch.held, twins, after):
            place = int((got - want.detach()).abs().argmax())
            facts = {"step": step, "name": names[id(p)], "got": float(got.flatten()[place])}
            facts["want"] = float(want.detach().flatten()[place])
            expect(torch.allclose(got, want, rtol=1e-3, atol=1e-4), "other-optimizer", **facts)


def learns(code: Code) -> None:
    with watched():
        watch = Watch(code, 150)
    done = len(watch.gradients)
    expect(done in (0, 150), "stopped-early", steps=150, got=done)
    refuse_other_optimizer(watch)
    model = watch.model
    with torch.no_grad():
        fit, got = model(X), float(right_loss(model))
    show(Scatter(X, Y), Line(X, fit))
    expect(got < GOOD, "not-good-enough", got=got, want=GOOD)
    # Where there is nothing left to learn, every step is made all the same.
    for many, y in ((400, 0 * Y), (300, Y)):
        done = len(Watch(code, many, X, y).gradients)
        expect(done in (0, many), "stopped-early", steps=many, got=done)
    bend = code.draw.one_of([-1.0, 1.0])
    x, y = X, bend * torch.cos(2 * X).squeeze(1) + code.draw.real(-1, 1)
    got = float(right_loss(Watch(code, 200, x, y).model, x, y).detach())
    expect(got < 4 * GOOD, "not-good-enough", got=got, want=4 * GOOD)
