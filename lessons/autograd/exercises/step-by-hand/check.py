import torch

from engine.grading.checks import Code, expect, near

LR = 0.05


def problem():
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    b = torch.tensor([0.5], requires_grad=True)
    return [w, b]


def loss_of(parameters):
    w, b = parameters
    return ((w * torch.tensor([3.0, 1.0]) + b - 1) ** 2).sum()


def take(code, parameters):
    loss = loss_of(parameters)
    code.get("step")(parameters, loss, LR)
    return float(loss.detach())


def goes_down(code: Code) -> None:
    parameters, start = problem(), [p.detach().clone() for p in problem()]
    mine = list(parameters)
    fresh = torch.autograd.grad(loss_of(parameters), parameters)
    before = take(code, parameters)
    after = float(loss_of(mine).detach())
    still = all(torch.equal(p.detach(), old) for p, old in zip(mine, start))
    replaced = any(p is not old for p, old in zip(parameters, mine))
    if still and not replaced:
        # A step of size zero is a change in place too; a new tensor under the old name is none.
        touched = any(p._version for p in mine)
        expect(not touched or not asked(code), "cleared-too-early")
        expect(False, "not-moved")
    expect(not still, "new-tensors")
    expect(after < before, "uphill", before=before, after=after)
    for p, old, gradient in zip(mine, start, fresh):
        want = old - LR * gradient
        facts = {"start": old[0], "gradient": gradient[0], "want": want[0], "got": p.detach()[0]}
        expect(near(p, want), "wrong-size", lr=LR, **{key: float(x) for key, x in facts.items()})


def asked(code):
    """Whether the step asks for gradients at all."""
    parameters, seen = problem(), []
    parameters[0].register_hook(seen.append)
    take(code, parameters)
    return bool(seen)


def in_place(code: Code) -> None:
    parameters = problem()
    mine = list(parameters)
    take(code, parameters)
    expect(all(p is old for p, old in zip(parameters, mine)), "new-tensors")
    expect(all(p.requires_grad and p.is_leaf for p in mine), "not-a-parameter")


def clean(code: Code) -> None:
    parameters = problem()
    moves = []
    for _ in range(2):
        for p, start in zip(parameters, problem()):
            p.data.copy_(start.data)
        take(code, parameters)
        moves.append(float((parameters[0] - problem()[0]).detach().norm()))
    ratio = moves[1] / moves[0]
    expect(near(ratio, 1), "gradients-add-up", ratio=ratio)
