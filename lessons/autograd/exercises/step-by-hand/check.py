import torch

from engine.grading.checks import DTYPES, Code, expect, near, on_step

KINDS = ("moved", "changed-in-place", "gradients-changed", "list-changed", "nothing")


def problem(draw, dtype=torch.float32, scale=1.0):
    """Tensors of several shapes, some of them parameters; and their loss, another each time."""
    shapes = draw.shuffled([(), (1,), (2,), (3, 2), (2, 2), (2,), (1, 4), *[(3,)] * draw.whole(4, 9)])
    made = [draw.normal(*shape, dtype=dtype).requires_grad_() for shape in shapes]
    parameters = [torch.nn.Parameter(p.detach()) if draw.whole(0, 1) else p for p in made]
    goals = [draw.normal(*shape, dtype=dtype, scale=3) for shape in shapes]
    weights = [scale * draw.real(0.2, 1) for _ in shapes]

    def loss_of(parameters):
        each = sum(w * ((p - goal) ** 2).sum() for w, p, goal in zip(weights, parameters, goals))
        # The gradient of one depends on where the others are, before the step.
        return each + 0.1 * scale * sum((a * b.sum()).sum() for a, b in zip(parameters, parameters[1:]))

    return parameters, loss_of


def take(code, parameters, loss_of, lr):
    loss, borrowed = loss_of(parameters), []
    with on_step(borrowed.append):
        code.may(*KINDS).step(parameters, loss, lr)
    expect(not borrowed, "borrowed")
    return float(loss.detach())


def goes_down(code: Code) -> None:
    # Gradients of every size: whoever cuts the large ones, or drops the small ones, is found out.
    drawn, double = code.draw.real(0.01, 0.2), torch.float64
    cases = ((0.05, 1.0, None), (drawn, 100.0, None), (0.001, 1.0, None), (0.05, 1e-4, double))
    for (lr, scale, dtype), other in zip(cases, code.draw.every(DTYPES)):
        parameters, loss_of = problem(code.draw, dtype or other, scale)
        mine, start = list(parameters), [p.detach().clone() for p in parameters]
        fresh = torch.autograd.grad(loss_of(parameters), parameters)
        before = take(code, parameters, loss_of, lr)
        after = float(loss_of(mine).detach())
        still = all(torch.equal(p.detach(), old) for p, old in zip(mine, start))
        expect(len(parameters) == len(mine), "list-changed", name="parameters")
        replaced = any(p is not old for p, old in zip(parameters, mine))
        # With gradients as small as the last ones a step may have dropped them; that is another slip.
        if still and not replaced and scale >= 1:
            # A step of size zero is a change in place too; a new tensor under the old name is none.
            touched = any(p._version for p in mine)
            expect(not touched or not asked(code), "cleared-too-early")
            expect(False, "not-moved")
        expect(not still or not replaced, "new-tensors")
        uphill = all(goes(p, old, lr * g) for p, old, g in zip(mine, start, fresh))
        expect(not uphill, "uphill", before=before, after=after)
        for p, old, gradient in zip(mine, start, fresh):
            moved, want = p.detach() - old, -lr * gradient
            index = int((moved - want).abs().argmax())
            facts = {"start": old, "gradient": gradient, "want": want, "got": moved}
            facts = {key: float(value.flatten()[index]) for key, value in facts.items()}
            expect(goes(p, old, -lr * gradient), "wrong-size", lr=lr, **facts)


def goes(p, old, move):
    """Whether a parameter has moved by so much, as exactly as its dtype allows."""
    got, largest = p.detach() - old, torch.maximum(old.abs().max(), p.detach().abs().max())
    return torch.allclose(got, move, rtol=1e-4, atol=8 * torch.finfo(p.dtype).eps * float(largest))


def asked(code):
    """Whether the step asks for gradients at all."""
    (parameters, loss_of), seen = problem(code.draw), []
    parameters[0].register_hook(seen.append)
    take(code, parameters, loss_of, 0.05)
    return bool(seen)


def in_place(code: Code) -> None:
    parameters, loss_of = problem(code.draw)
    mine = list(parameters)
    take(code, parameters, loss_of, 0.05)
    expect(len(parameters) == len(mine), "list-changed", name="parameters")
    same = all(p is old for p, old in zip(parameters, mine))
    expect(same, "new-tensors")
    expect(all(p.requires_grad and p.is_leaf for p in mine), "not-a-parameter")


def clean(code: Code) -> None:
    parameters, loss_of = problem(code.draw)
    places, moves = [p.detach().clone() for p in parameters], []
    for _ in range(2):
        with torch.no_grad():
            for p, start in zip(parameters, places):
                p.copy_(start)
        take(code, parameters, loss_of, 0.05)
        moves.append([(p.detach() - start).norm() for p, start in zip(parameters, places)])
        left = max(0.0 if p.grad is None else float(p.grad.norm()) for p in parameters)
    for first, second in zip(*moves):
        twice = left and near(second / first, 2, 1e-2)
        key = "gradients-add-up" if twice else "another-step"
        expect(near(second, first, 1e-3), key, ratio=float(second / first))
    expect(not left, "gradients-left", left=left)
