from time import perf_counter, process_time

import torch

from engine.grading.checks import Code, Wrong, expect, near, show, tensor, watched
from engine.experiments.data import measure, wave
from engine.views import Line, Scatter

GOOD, SECONDS, BETWEEN, ELSEWHERE = 1.3, 2.0, 0.6, 2.0
NOISE = 0.85
"""The noise alone is a little more: below it, a fit follows the noise as well."""
NEW = torch.linspace(0.05, 19.95, 40).unsqueeze(1)
MANY = torch.linspace(0, 20, 501).unsqueeze(1)

fitted = {}


def asked(predict, x):
    before = x.clone()
    got = tensor(predict(x), "What `predict` returns").detach()
    expect(torch.equal(x, before), "changed-in-place", name="x")
    expect(got.shape == x.shape, "wrong-shape", want=tuple(x.shape), got=tuple(got.shape))
    return got


def a_function(code: Code) -> None:
    x, y = measure()
    began = perf_counter(), process_time()
    with watched():
        predict = code.may("random").fit(x.clone(), y.clone())
    fitted["seconds"] = since(*began)
    expect(callable(predict), "no-function", got=type(predict).__name__)
    fitted["predict"] = predict
    try:
        fitted["first"] = asked(predict, NEW).clone()
    except (RuntimeError, IndexError, KeyError) as error:
        raise Wrong("only-known-points", error=error) from error
    # What is trained only when it is asked is trained all the same.
    fitted["seconds"] = since(*began)


def since(clock, computing):
    """Seconds on the clock, or of computing. The fewer: others on the machine are no fault of the
    fit, nor is a second thread."""
    return min(perf_counter() - clock, process_time() - computing)


def in_time(code: Code) -> None:
    expect(fitted["seconds"] < SECONDS, "too-slow", got=fitted["seconds"])


def fits(code: Code) -> None:
    x, y = measure()
    got = asked(fitted["predict"], x)
    show(Scatter(x, y), Line(x, got))
    line = error_of_line(x, y)
    expect(error_of_line(x, got) > 1e-4, "a-line")
    error = float(((got - y) ** 2).mean())
    scaled = min(float(((asked(fitted["predict"], known) - y) ** 2).mean()) for known in scalings(x))
    # A cause is named where its cure makes it better by far.
    expect(error < GOOD or scaled > min(line, 0.7 * error), "raw-inputs", got=error, scaled=scaled)
    back = float(((got * y.std() + y.mean() - y) ** 2).mean())
    expect(error < GOOD or back > min(line, 0.7 * error), "scaled-outputs", got=error, back=back)
    expect(error < GOOD, "not-good-enough", got=error, line=line, want=GOOD)


def scalings(x):
    """The inputs as they are usually scaled before training."""
    return (x - x.mean()) / x.std(), (x - 10) / 10, x / 10, x / 20, 2 * (x - 10) / x.std()


def new_points(code: Code) -> None:
    x, y = measure()
    predict = fitted["predict"]
    error = float(((asked(predict, x) - y) ** 2).mean())
    between = float(((asked(predict, NEW) - wave(NEW)) ** 2).mean())
    # A fit that depends on luck, or on what else it is asked for, is judged by the next check.
    alone = torch.cat([asked(predict, point.reshape(1, 1)) for point in x[::20]])
    steady = near(alone, asked(predict, x)[::20], 1e-2)
    steady = steady and near(asked(predict, x.flip(0)), asked(predict, x).flip(0), 1e-2)
    steady = steady and near(asked(predict, x).clone(), asked(predict, x), 1e-6)
    refuse_between(between if steady else 0.0, error)
    if steady:
        other_data(code)


def other_data(code):
    """Other measurements, as hard as those of the lesson: its wave from behind, new noise, and
    more of the points on the left, so that they have another mean and deviation."""
    x, _ = measure()
    first = asked(fitted["predict"], x).clone()
    x = 20 * (x / 20) ** 1.3
    noise = code.draw.normal(*x.shape)
    height, order = code.draw.real(-6, 0), code.draw.order(len(x))
    x, y = x[order], (height + wave(20 - x) + noise * 0.95 / noise.std())[order]
    for _ in range(2):
        # Training begins with luck, and may have none.
        predict = code.may("random").fit(x.clone(), y.clone())
        error = float(((asked(predict, x) - y) ** 2).mean())
        if error < ELSEWHERE:
            break
    now = asked(fitted["predict"], measure()[0])
    facts = {"x": float(measure()[0][100]), "got": float(now[100]), "want": float(first[100])}
    expect(near(now, first, 1e-2), "one-for-all", **facts)
    line = error_of_line(x, y)
    expect(error < ELSEWHERE, "only-this-wave", got=error, line=line)


def one_point(code: Code) -> None:
    predict = fitted["predict"]
    refuse_random(fitted["first"], asked(predict, NEW))
    for x in (NEW, measure()[0], MANY):
        first = asked(predict, x)
        many = first.clone()
        refuse_random(many, asked(predict, x))
        asked(predict, x.flip(0))
        expect(torch.equal(first, many), "answer-changed", name="predict")
        # The first stays: an answer is known neither by it nor by their number.
        order = torch.cat([torch.zeros(1).long(), 1 + code.draw.order(len(x) - 1)])
        refuse_place(x[order], many[order], asked(predict, x[order]))
        order = code.draw.order(len(x))
        refuse_place(x[order], many[order], asked(predict, x[order]))
        for i in (0, 17, 39):
            got, want = float(asked(predict, x[i : i + 1])), float(many[i])
            expect(near(got, want, 1e-2), "scaled-by-itself", got=got, want=want)
        some = order[: code.draw.whole(2, len(x) - 1)]
        refuse_place(x[some], many[some], asked(predict, x[some]))
    # What answers alike in any company is judged between the points, too.
    between = float(((asked(predict, NEW) - wave(NEW)) ** 2).mean())
    x, y = measure()
    refuse_between(between, float(((asked(predict, x) - y) ** 2).mean()))


def refuse_between(between, error):
    """Refuse a fit that is far from the wave between the points it was trained on."""
    key = "memorised" if error < NOISE else "off-the-wave"
    expect(between < BETWEEN, key, got=error, new=between)


def refuse_place(x, want, got):
    """Refuse answers that change with the order or the number of the points asked for."""
    place = int((got - want).abs().argmax())
    facts = {"x": float(x[place]), "got": float(got[place]), "want": float(want[place])}
    expect(near(got, want, 1e-2), "by-position", **facts)


def refuse_random(first, second):
    """Refuse answers to the same question that are different."""
    place = int((first - second).abs().argmax())
    facts = {"first": float(first[place]), "second": float(second[place])}
    same = torch.allclose(first, second, rtol=1e-6, atol=1e-6)
    expect(same, "not-repeatable", **facts)


def error_of_line(x, y):
    """The mean squared error of the best straight line."""
    x, y = x - x.mean(), y - y.mean()
    return float(((y - (x * y).sum() / (x * x).sum() * x) ** 2).mean())
