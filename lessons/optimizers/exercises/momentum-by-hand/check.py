import torch
from torch.nn import Parameter

from engine.grading.checks import DTYPES, Code, Wrong, expect, near, on_step

LR, MOMENTUM, GRADIENTS = 0.1, 0.9, (2.0, 1.0, -0.5)


def path(make, start=1.0, clears=True):
    """Where a parameter is after each step, given the same gradients."""
    p = Parameter(torch.tensor([start]))
    optimizer, places = make([p]), []
    for gradient in GRADIENTS:
        if clears:
            optimizer.zero_grad()
        p.grad = torch.tensor([gradient])
        optimizer.step()
        places.append(p.item())
    return places


def theirs(code, lr=LR, momentum=MOMENTUM):
    def make(parameters):
        made = code.Momentum(parameters, lr, momentum)
        ready_made = [kind for kind in type(made).__mro__ if kind.__module__.startswith("torch.optim")]
        # Optimizer itself only keeps the books.
        expect(set(ready_made) <= {torch.optim.Optimizer}, "borrowed")
        for name in ("zero_grad", "step"):
            expect(callable(getattr(made, name, None)), "no-method", name=name)
        return made

    return make


def reference(**settings):
    return path(lambda p: torch.optim.SGD(p, lr=LR, momentum=MOMENTUM, **settings))


def cleared(optimizer):
    """Call `zero_grad` as a loop does that begins with it: there is no gradient yet."""
    try:
        optimizer.zero_grad()
    except AttributeError as error:
        if "'NoneType'" not in str(error):
            raise
        raise Wrong("no-gradient-yet") from error


def first_step(code: Code) -> None:
    cleared(theirs(code)([Parameter(torch.ones(1))]))
    (got, second, third), want = path(theirs(code)), reference()[0]
    expect(not near(got, 1.0) or not near(second, want), "old-velocity")
    expect(not near(got, 1.0), "no-step", got=got)
    expect(got < 1, "uphill", got=got, want=want)
    # One number may come about in many ways: a cause is named when a second agrees.
    half = path(theirs(code, momentum=0.5))[0]
    damped = [near(1 - at, (1 - want) * (1 - m)) for at, m in ((got, MOMENTUM), (half, 0.5))]
    expect(not all(damped), "damped", got=got, want=want)
    ahead = reference(nesterov=True)
    expect(not near(torch.tensor([got, second, third]), ahead), "looks-ahead", got=got, want=want)
    other = path(lambda p: torch.optim.SGD(p, lr=MOMENTUM, momentum=LR))[:2]
    expect(not near((got + second), sum(other)) or not near(got, other[0]), "changed-places", got=got)
    expect(near(got, want), "first-step", got=got, want=want)


def keeps_going(code: Code) -> None:
    got, want = path(theirs(code)), reference()
    plain = want[0] - LR * GRADIENTS[1]
    # Without `zero_grad` between the steps there is something that only it can have cleared.
    kept = near(path(theirs(code), clears=False), want)
    expect(not near(got[1], plain) or not kept, "zero-grad-forgets")
    expect(not near(got[1], plain), "forgets-the-velocity")
    for count, (one, other) in enumerate(zip(got, want), 1):
        expect(near(one, other), "later-step", count=count, got=one, want=other)


def every_parameter(code: Code) -> None:
    def last(make):
        first, second = Parameter(torch.zeros(2)), Parameter(torch.zeros(2))
        optimizer = make([first, second])
        for _ in range(2):
            first.grad, second.grad = torch.ones(2), torch.full((2,), 10.0)
            optimizer.step()
        return second.detach()

    got, want = last(theirs(code)), last(lambda p: torch.optim.SGD(p, lr=LR, momentum=MOMENTUM))
    facts = {"got": float(got[0]), "want": float(want[0])}
    expect(not near(float(got[0]), last_of_one_velocity()), "one-velocity", **facts)
    expect(near(got, want), "second-parameter", **facts)


def last_of_one_velocity():
    """Where the second of two parameters ends when both go into the same velocity."""
    place = velocity = 0.0
    for _ in range(2):
        velocity = MOMENTUM * velocity + 1.0
        velocity = MOMENTUM * velocity + 10.0
        place -= LR * velocity
    return place


def any_race(code: Code) -> None:
    made = []
    dtypes = code.draw.every(DTYPES)
    with on_step(lambda optimizer: made.append(type(optimizer))):
        for momentum in MOMENTA + (code.draw.real(0.1, 0.99),):
            race(code, momentum, dtypes)
        # What is done every so many steps, or after so many, shows in a long one.
        race(code, 0.9, dtypes, LONG, ((3,),))
    borrowed = [kind for kind in made if kind.__module__.startswith("torch.optim")]
    # So many steps are those of the reference.
    expect(len(borrowed) <= 2 * (STEPS * (len(MOMENTA) + 1) + LONG), "borrowed")


STEPS, LONG, MOMENTA = 5, 110, (0.0, 0.5, 0.97)
SHAPES = ((), (3,), (2, 4), (3,))


def race(code, momentum, dtypes, steps=STEPS, shapes=SHAPES):
    """Two optimizers at once, theirs and PyTorch's, over tensors of many shapes."""
    draw, lr = code.draw, code.draw.real(0.01, 0.5)
    # Gradients of every size, small ones where the numbers are exact enough to show them.
    dtype, scales = next(dtypes), draw.every([0.01, 1.0, 100.0])
    runners, reach = [], 1.0
    for _ in range(2):
        mine = [Parameter(draw.normal(*shape, dtype=dtype)) for shape in shapes]
        other = [Parameter(p.detach().clone()) for p in mine]
        # As `model.parameters()` comes.
        made = theirs(code, lr, momentum)(p for p in mine)
        runners.append((mine, other, made, torch.optim.SGD(other, lr=lr, momentum=momentum)))
    for count in range(1, steps + 1):
        for mine, other, made, right in runners:
            clears, scale = count % 2, next(scales)
            for optimizer in (made, right):
                if clears:
                    optimizer.zero_grad()
            for p, q in zip(mine, other):
                # A ball rolls on where its gradient is 0; and in one place more than in another.
                quiet = count > 1 and not (count + len(p.shape)) % 3
                gradient = draw.normal(*p.shape, dtype=dtype, scale=0.0 if quiet else scale)
                give(p, gradient), give(q, gradient)
            before = [p.detach().clone() for p in mine]
            made.step(), right.step()
            stayed = all(map(torch.equal, mine, before))
            expect(count > 1 or not stayed, "used-up")
            for p, q in zip(mine, other):
                facts = {"count": count, "lr": lr, "momentum": momentum, "shape": tuple(p.shape)}
                where = int((p.detach() - q.detach()).abs().argmax())
                facts |= {"got": float(p.detach().flatten()[where]), "want": float(q.detach().flatten()[where])}
                velocity = right.state[q].get("momentum_buffer")
                # Rounding is that of the largest numbers on the way, wherever they lead.
                moved = q.grad if velocity is None else velocity
                reach = max(reach, float(q.detach().abs().max()), lr * float(moved.abs().max()))
                expect(close(p, q, reach), "not-the-rule", **facts)
                expect(p.is_leaf and p.requires_grad, "not-a-parameter")
                expect(p.grad is not None and (p.grad.any() or not q.grad.any()), "gradient-gone")
                fine = near(p.grad, q.grad)
                expect(fine or velocity is None or not near(p.grad, velocity), "gradient-is-velocity")
                expect(fine, "gradient-changed")


def close(p, q, reach):
    """As near as numbers of this dtype can be, after a way that went so far from 0."""
    small = 1e-11 if p.dtype == torch.float64 else 1e-5
    return torch.allclose(p, q, rtol=10 * small, atol=small * reach)


def give(p, gradient):
    """Add to a gradient in place, as `backward` does."""
    if p.grad is None:
        p.grad = gradient.clone()
    else:
        p.grad += gradient


def forgets(code: Code) -> None:
    parameters = [Parameter(torch.ones(1)), Parameter(torch.ones(2)), Parameter(torch.ones(2, 3))]
    optimizer = theirs(code)(parameters)
    for _ in range(2):
        for p in parameters:
            p.grad = torch.ones_like(p)
        optimizer.zero_grad()
        for p in parameters:
            left = 0.0 if p.grad is None else float(p.grad.norm())
            expect(not left, "gradients-stay", got=left)
