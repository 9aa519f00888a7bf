"""What if a number were another one: the run done over, changed on the way."""

from __future__ import annotations

import pytest

from engine.process.protocol import Printed, RunFinished, Script, Stopped
from engine.process.stops import Stop, WhatIf
from tests.runs import Runs
from tests.scope.test_microscope import LOOP, walked

LOCAL = """\
import torch
def fit(lr, w):
    for step in range(3):
        loss = (w * 2 - 6) ** 2
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            w.grad = None
    return w
print("w", fit(0.05, torch.tensor(1.0, requires_grad=True)).item())
"""


async def changed(engine: Runs, code: str, what_if: WhatIf, seed: int = 0) -> tuple[Stop, str, str]:
    """The stop at which it was changed, the last line it printed, and how it ended."""
    run = engine.begin(Script(code=code), scope=True, what_if=[what_if], seed=seed)
    first = await engine.until(Stopped, run, such=lambda e: e.held)
    engine.engine.walk(run, "end")
    end = await engine.ended(run)
    said = [e.text for e in engine.events if isinstance(e, Printed) and e.run_id == run]
    return first.stop, "".join(said).splitlines()[-1], type(end).__name__


async def plain(engine: Runs, code: str) -> str:
    """The last line the code prints without any of this."""
    run = engine.begin(Script(code=code))
    assert isinstance(await engine.ended(run), RunFinished)
    said = [e.text for e in engine.events if isinstance(e, Printed) and e.run_id == run]
    return "".join(said).splitlines()[-1]


async def stop_at(engine: Runs, code: str, line: int, time: int) -> Stop:
    """The stop before a line comes for that time, from 1."""
    stops = [e.stop for e in await walked(engine, code)]
    return [stop for stop in stops if stop.line == line][time - 1]


OUTSIDE = """\
import torch
rate = 0.05
def fit(w):
    def moved():
        return w - rate * w.grad
    for step in range(3):
        loss = (w * 2 - 6) ** 2
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w = moved()
        w.requires_grad_()
    return w
print("w", fit(torch.tensor(1.0, requires_grad=True)).item())
"""

CHANGES = [
    (LOOP, 12, 2, "optimizer.param_groups[0]['lr'] = 0.0"),
    (LOOP, 10, 1, "x[0] = 100"),
    (LOOP, 9, 3, "model.weight[0, 0] = 7.0"),
    (LOCAL, 5, 2, "lr = 0.0"),
    (LOCAL, 4, 1, "w[...] = 3.0"),
    (OUTSIDE, 9, 2, "rate = 0.0"),
    (OUTSIDE, 11, 2, "w.grad *= 3"),
    (OUTSIDE, 12, 1, "w = w.detach() + 1"),
    (LOCAL, 4, 3, "w = w.detach().add(1).requires_grad_()"),
]


@pytest.mark.parametrize(("code", "line", "time", "change"), CHANGES)
async def test_the_end_is_that_of_code_with_the_change_in_it(
    engine: Runs, code: str, line: int, time: int, change: str
) -> None:
    """The reference is the same script with a counter and the change written into it."""
    stop = await stop_at(engine, code, line, time)
    at, told, end = await changed(engine, code, WhatIf(stop.number, line, change))
    assert (at.line, at.number, at.change, at.failed) == (line, stop.number, change, "")
    assert end == "RunFinished"
    lines = code.splitlines()
    space = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    if change.startswith("rate"):
        change = f"globals()['rate'] = {change.rpartition(' ')[2]}"
    written = f"{space}if step == {time - 1}:\n{space}    with torch.no_grad(): {change}"
    lines.insert(line - 1, written)
    assert told == await plain(engine, "\n".join(lines))
    assert told != await plain(engine, code)


@pytest.mark.parametrize("code", [LOOP, LOCAL])
async def test_nothing_changed_is_the_same_run(engine: Runs, code: str) -> None:
    stop = await stop_at(engine, code, 5, 1)
    _, told, _ = await changed(engine, code, WhatIf(stop.number, stop.line, "pass"))
    assert told == await plain(engine, code)


async def test_the_names_are_shown_as_changed(engine: Runs) -> None:
    stop = await stop_at(engine, LOCAL, 5, 2)
    at, _, _ = await changed(engine, LOCAL, WhatIf(stop.number, 5, "lr = 0.25"))
    assert {each.name: each.text for each in at.names}["lr"] == "0.25"


@pytest.mark.parametrize(
    ("change", "says"),
    [("lr = nobody", "NameError"), ("1 / 0", "ZeroDivisionError"), ("exit()", "SystemExit")],
)
async def test_what_cannot_be_done_is_told_and_the_run_goes_on(
    engine: Runs, change: str, says: str
) -> None:
    stop = await stop_at(engine, LOCAL, 5, 2)
    at, told, end = await changed(engine, LOCAL, WhatIf(stop.number, 5, change))
    assert at.failed.startswith(f"It raised {says}")
    assert (told, end) == (await plain(engine, LOCAL), "RunFinished")


async def test_a_run_that_is_another_each_time_is_told(engine: Runs) -> None:
    at, _, end = await changed(engine, LOCAL, WhatIf(6, 1, "lr = 0"))
    assert at.failed == (
        f"This time the run is at line {at.line} here: it is not the same each time."
    )
    assert end == "RunFinished"
