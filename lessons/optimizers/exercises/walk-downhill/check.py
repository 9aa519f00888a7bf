from engine.grading.checks import Code, expect, near, number, on_step, watched

START, BOTTOM = -3.5, 2.0


def parabola(x):
    return (x - 2) ** 2


def quartic(x):
    return (x + 1) ** 4


def walk(code, steps, *, f=parabola, start=START, lr=0.1):
    return number(code.descend(f, start, lr, steps), "What `descend` returns")


def after(steps, lr=0.1):
    """Where x is after so many right steps on the parabola."""
    return BOTTOM + (START - BOTTOM) * (1 - 2 * lr) ** steps


def moves(code: Code) -> None:
    slopes, places, late = [], [], []

    def felt(x):
        places.append(x)
        y = parabola(x)
        if y.requires_grad:
            y.register_hook(slopes.append)
        return y

    def before(optimizer):
        held = [p for group in optimizer.param_groups for p in group["params"]]
        mine = [p for p in held if any(p is place for place in places)]
        late.extend(p.grad is None or not p.grad.any() for p in mine)

    handle = on_step(before)
    try:
        x = walk(code, 3, f=felt)
    finally:
        handle.remove()
    expect(slopes or not near(x, START), "no-backward", x=x)
    expect(not near(x, START) or not any(late), "cleared-too-early", x=x)
    expect(not near(x, START), "no-step", x=x)
    for done in (2, 3):
        expect(not near(x, parabola(after(done))), "returns-the-loss", got=x)
    expect(x > START, "uphill", x=x)


def takes_the_right_steps(code: Code) -> None:
    for done in (2, 4):
        expect(not near(walk(code, 3), after(done)), "step-count", asked=3, done=done)
    got, want = walk(code, 2), after(2)
    slope = 2 * (START - BOTTOM)
    twice = START - 0.2 * slope
    expect(not near(got, twice), "one-slope-for-all", want=want, got=got)
    first = after(1)
    summed = first - 0.1 * (slope + 2 * (first - BOTTOM))
    expect(not near(got, summed), "gradients-add-up", want=want, got=got)
    expect(near(got, want), "wrong-place", steps=2, want=want, got=got)


def arrives(code: Code) -> None:
    with watched():
        got = walk(code, 60)
    expect(near(got, after(60)), "wrong-place", steps=60, want=after(60), got=got)


def obeys(code: Code) -> None:
    got, want = walk(code, 1, lr=0.5), after(1, 0.5)
    expect(near(got, want), "lr-ignored", lr=0.5, want=want, got=got)
    got, want = walk(code, 1, f=quartic, start=1, lr=0.01), 1 - 0.01 * 4 * 2**3
    expect(near(got, want), "only-this-function", want=want, got=got)
