import torch
from torch.nn import Parameter

from engine.grading.checks import Code, Wrong, expect, near

LR, MOMENTUM, GRADIENTS = 0.1, 0.9, (2.0, 1.0, -0.5)


def path(make, start=1.0):
    """Where a parameter is after each step, given the same gradients."""
    p = Parameter(torch.tensor([start]))
    optimizer, places = make([p]), []
    for gradient in GRADIENTS:
        optimizer.zero_grad()
        p.grad = torch.tensor([gradient])
        optimizer.step()
        places.append(p.item())
    return places


def theirs(code):
    return lambda parameters: code.get("Momentum")(parameters, LR, MOMENTUM)


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
    got, want = path(theirs(code))[0], reference()[0]
    expect(not near(got, 1.0), "no-step", got=got)
    expect(got < 1, "uphill", got=got, want=want)
    expect(not near(got, 1 - (1 - want) * (1 - MOMENTUM)), "damped", got=got, want=want)
    ahead = reference(nesterov=True)[0]
    expect(not near(got, ahead), "looks-ahead", got=got, want=want)
    expect(near(got, want), "first-step", got=got, want=want)


def keeps_going(code: Code) -> None:
    got, want = path(theirs(code)), reference()
    plain = want[0] - LR * GRADIENTS[1]
    expect(not near(got[1], plain), "forgets-the-velocity")
    for one, other in zip(got[1:], want[1:]):
        expect(near(one, other), "second-step", got=one, want=other)


def every_parameter(code: Code) -> None:
    def last(make):
        first, second = Parameter(torch.zeros(2)), Parameter(torch.zeros(2))
        optimizer = make([first, second])
        for _ in range(2):
            first.grad, second.grad = torch.ones(2), torch.full((2,), 10.0)
            optimizer.step()
        return second.detach()

    got, want = last(theirs(code)), last(lambda p: torch.optim.SGD(p, lr=LR, momentum=MOMENTUM))
    expect(near(got, want), "one-velocity", got=f"{got[0]:.2f}", want=f"{want[0]:.2f}")


def forgets(code: Code) -> None:
    parameters = [Parameter(torch.ones(1)), Parameter(torch.ones(2))]
    optimizer = theirs(code)(parameters)
    for p in parameters:
        p.grad = torch.ones_like(p)
    optimizer.zero_grad()
    for p in parameters:
        left = 0.0 if p.grad is None else float(p.grad.norm())
        expect(not left, "gradients-stay", got=left)
