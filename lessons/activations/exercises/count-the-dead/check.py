import torch

from engine.grading.checks import DTYPES, Code, agrees, expect, grows, near, number

HIDDEN = torch.tensor([[0.0, 1.5, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0, 3.0], [0.0, 2.5, 0.0, 0.0, 0.0], [0.0] * 5])

ANOTHER = torch.zeros(8, 7)
ANOTHER[0, :3], ANOTHER[2:6, 3], ANOTHER[:, 4] = 1.0, 2.0, 0.5


def dead_units(hidden):
    return int((hidden.abs().sum(dim=0) == 0).sum())


def layer(draw, n, units, dead, dtype=torch.float32, scale=1.0):
    """What comes out of a ReLU: in every unit but the dead ones at least one sample is positive."""
    hidden = draw.normal(n, units, dtype=dtype, scale=scale).relu()
    hidden[draw.whole(0, n - 1)] += scale * draw.one_of([1e-6, 1.0])
    columns = draw.order(units)[:dead]
    hidden[:, columns] = 0
    if n > 1:
        # A sample to which nobody answers is no dead unit.
        extra = torch.zeros(draw.whole(0, 2), units, dtype=dtype)
        hidden = torch.cat([hidden, extra])
    return hidden


def sparse(draw, n, units, dead):
    """Every living unit answers to one sample alone."""
    hidden = torch.zeros(n, units)
    for column in draw.order(units)[dead:].tolist():
        hidden[draw.whole(0, n - 1), column] = draw.real(0.001, 2)
    return hidden


def faint(draw, n, units, dead, most=15):
    """Living units whose only answer is very small: smaller than whatever stands for zero."""
    hidden = torch.zeros(n, units)
    for column in draw.order(units)[dead:].tolist():
        hidden[draw.whole(0, n - 1), column] = 10.0 ** -draw.whole(most - 8, most)
    return hidden


def cases(draw):
    for n in (draw.whole(5, 9), 20, 70):
        yield [sparse(draw, n, 24, draw.whole(1, 8))]
    for n in (1, 2, draw.whole(3, 9)):
        yield from ([faint(draw, n, 6, draw.whole(0, 5), most)] for most in (15, 37))
    # More of them than a byte can count, and more samples too.
    yield from ([layer(draw, 3, 600, 300)], [layer(draw, 300, 5, 2)], [layer(draw, 4, 5, 2).neg().abs().mul(1e30)])
    silent = layer(draw, 5, 6, 3)
    yield [torch.where(silent == 0, -0.0, silent)]
    dtypes, scales = draw.every(DTYPES), draw.every([1e-30, 1e-3, 1.0, 100.0])
    for n in draw.lengths(9):
        for units in (1, n, draw.whole(2, 12)):
            for dead in {0, units, draw.whole(0, units)}:
                yield [layer(draw, n, units, dead, next(dtypes), next(scales))]


def count(code, hidden):
    return number(code.dead_units(hidden.clone()), "What `dead_units` returns")


def counts(code: Code) -> None:
    got, again = count(code, HIDDEN), count(code, ANOTHER)
    # One number may come about in many ways: a cause is named when a second table agrees.
    for (key, one), other in zip(slips(HIDDEN).items(), slips(ANOTHER).values()):
        expect(not (near(got, one) and near(again, other)), key, got=got)
    expect(got == 3, "wrong-count", got=got, want=3)
    expect(again == 2, "wrong-count", got=again, want=2)


def slips(hidden):
    """What is counted in a table instead of its dead units, by the key of the message."""
    silent, dead = hidden == 0, dead_units(hidden)
    return {
        "all-alive": 0,
        "samples": int(silent.all(dim=1).sum()),
        "sometimes-silent": int(silent.any(dim=0).sum()),
        "zeros": int(silent.sum()),
        "the-living": hidden.shape[1] - dead,
        "a-share": dead / hidden.shape[1],
    }


def a_number(code: Code) -> None:
    for dead in (0, 2, 7):
        got = count(code, layer(code.draw, 6, 7, dead))
        expect(got == int(got), "not-whole", got=got)
        expect(got == dead, "wrong-count", got=got, want=dead)
    agrees(code, dead_units, cases)


def no_loop(code: Code) -> None:
    sizes = ((9, 4), (9, 8), (18, 4), (18, 8))
    grows(code, "dead_units", *([torch.rand(size)] for size in sizes))
