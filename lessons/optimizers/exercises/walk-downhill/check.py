import torch

from engine.grading.checks import Code, expect, near, number, on_step, watched

START, BOTTOM = -3.5, 2.0


def parabola(x):
    return (x - 2) ** 2


def lifted(x):
    """The parabola from so high up that a walk which flies off makes its value hardly larger."""
    return parabola(x) + 1e22


def quartic(x):
    return (x + 1) ** 4


def walk(code, steps, *, f=parabola, start=START, lr=0.1):
    return number(code.descend(f, start, lr, steps), "What `descend` returns")


def after(steps, lr=0.1):
    """Where x is after so many right steps on the parabola."""
    return BOTTOM + (START - BOTTOM) * (1 - 2 * lr) ** steps


def moves(code: Code) -> None:
    slopes, places, late, asked = [], [], [], []

    def felt(x):
        places.append(x)
        y = parabola(x)
        if y.requires_grad:
            y.register_hook(slopes.append)
        return y

    def before(optimizer):
        asked.append(optimizer)
        held = [p for group in optimizer.param_groups for p in group["params"]]
        mine = [p for p in held if any(p is place for place in places)]
        late.extend(p.grad is None or not p.grad.any() for p in mine)

    with on_step(before):
        x = walk(code, 3, f=felt)
    still = near(x, START)
    expect(not still or places, "no-f", x=x)
    expect(not still or slopes, "no-backward", x=x)
    expect(not still or not any(late), "cleared-too-early", x=x)
    expect(not still or asked, "no-step", x=x)
    expect(not still, "another-x", x=x, steps=len(asked))
    for done in (2, 3):
        expect(not near(x, parabola(after(done))), "returns-the-loss", got=x)
    expect(x > START, "uphill", x=x)


def grad_of(optimizer):
    """The slope that a step is taken with; not a number when there is none."""
    (p,) = optimizer.param_groups[0]["params"][:1]
    return torch.nan if p.grad is None else float(p.grad.flatten()[0])


def walk_and_feel(code, steps):
    """Where a walk ends, and the slope of each of its steps."""
    felt = []
    with on_step(lambda optimizer: felt.append(grad_of(optimizer))):
        return walk(code, steps), felt


def takes_the_right_steps(code: Code) -> None:
    got, felt = walk_and_feel(code, 3)
    # The optimizer skips a parameter whose slope is not there yet.
    expect(not near(got, after(2)) or len(felt) != 3 or felt[0] == felt[0] != 0, "no-slope-yet")
    for done in (2, 4):
        expect(not near(walk(code, 3), after(done)), "step-count", asked=3, done=done)
    (got, felt), want = walk_and_feel(code, 2), after(2)
    slope = 2 * (START - BOTTOM)
    twice = START - 0.2 * slope
    expect(not near(got, twice), "one-slope-for-all", want=want, got=got)
    first = after(1)
    summed = first - 0.1 * (slope + 2 * (first - BOTTOM))
    # A momentum of 1 walks as gradients do that add up: what `step()` was given tells them apart.
    fresh = len(felt) == 2 and near(felt[1], 2 * (first - BOTTOM))
    expect(not near(got, summed) or not fresh, "momentum", want=want, got=got)
    expect(not near(got, summed), "gradients-add-up", want=want, got=got)
    expect(near(got, want), "wrong-place", steps=2, want=want, got=got)


def arrives(code: Code) -> None:
    with watched():
        got = walk(code, 60)
    expect(near(got, after(60)), "wrong-place", steps=60, want=after(60), got=got)


def descend(f, start, lr, steps):
    x = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        (slope,) = torch.autograd.grad(f(x), x)
        x = (x - lr * slope).detach().requires_grad_()
    return float(x)


def compared(code, f, start, lr, steps):
    """Where a walk ends and where it should, and the facts of both; each step asks for a slope."""
    asked = []
    got = walk(code, steps, f=lambda x: (asked.append(1), f(x))[1], start=start, lr=lr)
    expect(len(asked) >= steps, "stopped-early", asked=len(asked), steps=steps)
    want = descend(f, start, lr, steps)
    return got, want, {"start": start, "lr": lr, "steps": steps, "want": want, "got": got}


def hills(draw):
    """Functions without a point where a small error grows, and learning rates for them."""
    a, b, c = draw.real(0.2, 2), draw.real(-5, 5), draw.real(-9, 9)
    yield (lambda x: a * (x - b) ** 2 + c), draw.real(0.02, 0.2)
    yield (lambda x: a * x * x + torch.sin(x + b) * a), draw.real(0.01, 0.1)
    yield (lambda x: torch.log(1 + torch.exp(x - b)) - a * x / 3), draw.real(0.05, 0.9)
    yield (lambda x: a * x), draw.real(0.1, 2)
    # Steep, and nearly flat: slopes of any size count as they are.
    yield (lambda x: 1e3 * a * (x - b) ** 2), draw.real(0.02, 0.2) / 1e3
    yield (lambda x: 1e-3 * a * (x - b) ** 2), draw.real(0.02, 0.2) * 1e3


def small_and_large(draw):
    """Functions whose walks keep the share of x that each step leaves, and starts of every size."""
    a = draw.real(0.2, 0.9)
    for size in (1e-20, 1e-5, 1e4, 1e15):
        yield (lambda x: a * x * x), size * draw.real(1, 9), 0.3, draw.whole(1, 12)
    # Slopes so small that f hardly changes; and a place where there is no slope at all.
    yield (lambda x: 1e-9 * x), draw.real(1, 9), 1.0, draw.whole(20, 40)
    yield (lambda x: 1e5 * x), draw.real(1, 9), 1.0, draw.whole(20, 40)
    yield (lambda x: 0 * x), draw.real(1, 9), 1.0, draw.whole(3, 9)
    yield (lambda x: a * x * x), 0.0, 0.5, draw.whole(3, 9)


def overshoots(code):
    """With a large learning rate x ends higher than it was before: where it ends is asked for."""
    short = ((1.1, 3), (1.0, code.draw.one_of([1, 5, 6])), (code.draw.real(1.05, 1.4), 5))
    for f, lr, steps in (*((parabola, *each) for each in short), (lifted, 1.5, 40)):
        start = BOTTOM + code.draw.one_of([-1, 1]) * code.draw.real(0.5, 3)
        got, want, facts = compared(code, f, start, lr, steps)
        way = [descend(parabola, start, lr, done) for done in range(steps)]
        # Of many places one may be near by chance, and with lr 1 all are equally high.
        elsewhere = steps < 9 and lr > 1 and not near(got, want, 1e-3) and any(near(got, place, 1e-3) for place in way)
        expect(not elsewhere, "best-on-the-way", **facts)
        expect(near(got, want, 1e-3), "another-walk", **facts)


def obeys(code: Code) -> None:
    got, want = walk(code, 1, lr=0.5), after(1, 0.5)
    # With the lr of the calls before, and with one of the usual ones.
    others = any(near(got, after(1, each)) for each in (0.1, 0.01, 0.001, 1.0))
    expect(not others, "lr-ignored", lr=0.5, want=want, got=got)
    expect(near(got, want), "another-walk", start=START, lr=0.5, steps=1, want=want, got=got)
    got, want = walk(code, 1, f=quartic, start=1, lr=0.01), 1 - 0.01 * 4 * 2**3
    # The parabola's slope from here, or from its own start; the quartic's from there.
    others = [1 - 0.01 * 2 * (1 - BOTTOM), after(1, 0.01), START - 0.01 * 4 * (START + 1) ** 3]
    expect(not any(near(got, each) for each in others), "only-this-function", want=want, got=got)
    expect(near(got, want), "another-walk", start=1.0, lr=0.01, steps=1, want=want, got=got)
    overshoots(code)
    for f, start, lr, steps in small_and_large(code.draw):
        got, want, facts = compared(code, f, start, lr, steps)
        expect(near(got, want, 1e-3, 0.0), "another-walk", **facts)
    # A long way, on which every step counts to the end.
    for lr, steps in ((0.001, 130), (0.002, code.draw.whole(220, 320))):
        got, want, facts = compared(code, lambda x: 0.5 * (x - 2) ** 2, START, lr, steps)
        expect(near(got, want, 1e-3), "another-walk", **facts)
    for f, lr in hills(code.draw):
        for steps in code.draw.shuffled([0, 1, 2, code.draw.whole(3, 40)]):
            start = code.draw.one_of([code.draw.whole(-5, 5), code.draw.real(-5, 5)])
            got, want, facts = compared(code, f, start, lr, steps)
            expect(near(got, want, 1e-3) or abs(got - want) < 1e-4, "another-walk", **facts)
