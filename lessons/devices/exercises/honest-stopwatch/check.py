from engine.grading.checks import Code, expect, near, number

LAUNCH = 0.0005


class Device:
    """A device that works through its list while the clock of the world goes on."""

    def __init__(self, costs, first, backlog):
        self.now, self.idle_at, self.backlog = backlog / 3, backlog * 4 / 3, backlog
        self.costs, self.first, self.spent = costs, first, []
        self.waited, self.readings = False, []
        """For every reading of the clock: whether there had been a wait, whether it was at work,
        and how many calls had been made."""

    def work(self):
        self.now += LAUNCH
        cost = self.costs[len(self.spent) % len(self.costs)] if self.spent else self.first
        self.idle_at = max(self.idle_at, self.now) + cost
        self.spent.append(cost)

    def synchronize(self, *_):
        self.now, self.waited = max(self.now, self.idle_at), True

    def clock(self):
        self.readings.append((self.waited, self.now < self.idle_at, len(self.spent)))
        return self.now


def measure(code, repeats=10, costs=(0.2,), first=3.0, backlog=7.0):
    device = Device(costs, first, backlog)
    got = code.seconds_per_call(device.work, device.synchronize, device.clock, repeats)
    return number(got, "What `seconds_per_call` returns"), device


def calls(code: Code) -> None:
    for repeats in (10, 1, code.draw.whole(2, 30)):
        _, device = measure(code, repeats)
        done = len(device.spent)
        expect(done > repeats, "too-few-calls", repeats=repeats, calls=done, want=repeats + 1)
        expect(device.readings, "no-clock")


def refuse_busy(device, got, true):
    """Refuse a reading of the clock while the device was at work; the first one and the last."""
    (waited, busy, _), (_, still, _) = device.readings[0], device.readings[-1]
    expect(not still, "stops-too-early", got=got, true=true)
    expect(not (busy and waited), "warm-up-runs", got=got, true=true)
    expect(not busy, "starts-too-early", got=got, true=true)


def starts(code: Code) -> None:
    got, device = measure(code, first=0.2, backlog=500.0)
    # The ten calls share the wait for 500 s of earlier work.
    if 30 < got < 70:
        refuse_busy(device, got, 0.2)


def stops(code: Code) -> None:
    got, device = measure(code)
    # Who has waited and answers too little has made another slip.
    expect(got > 0.1 or not device.readings[-1][1], "stops-too-early", got=got, true=0.2)


def steady(code: Code) -> None:
    got, device = measure(code)
    # Earlier work can only make the answer larger; reading the clock too early makes it smaller.
    if not near(got, 0.2, 0.02):
        if got > 0.2 or device.readings[-1][1]:
            refuse_busy(device, got, 0.2)
        counted = near(got, 0.2 + 3 / 10, 0.02) or near(got, (2 + 3) / 11, 0.02)
        calls_before = device.readings[0][2]
        expect(not counted or calls_before, "warm-up-measured", got=got)


def mean(code: Code) -> None:
    got, _ = measure(code)
    expect(not near(got, 2.0, 0.02), "total", got=got, repeats=10)
    expect(near(got, 0.2, 0.02), "wrong-time", got=got)
    for cost in (0.0123, 0.0456, 0.1234):
        # The launches take their time as well; rounded numbers are not what was measured.
        got, device = measure(code, 10, (cost,))
        low, high = 0.97 * cost, 1.03 * cost + 2 * LAUNCH
        expect(low < got < high, "not-the-mean", repeats=10, want=cost, got=got)
    for repeats in (1, 2, 7, code.draw.whole(3, 25)):
        costs = [code.draw.real(0.1, 2.0) for _ in range(40)]
        first, backlog = code.draw.real(3, 60), code.draw.real(1, 90)
        got, device = measure(code, repeats, costs, first, backlog)
        want = sum(device.spent[-repeats:]) / repeats
        facts = {"repeats": repeats, "want": want, "got": got}
        timed = device.spent[device.readings[0][2] : device.readings[-1][2]]
        other = len(timed) != repeats and near(got, sum(timed) / max(len(timed), 1), 0.015)
        expect(near(got, want, 0.015) or not other, "other-count", repeats=repeats, calls=len(timed))
        expect(near(got, want, 0.015), "not-the-mean", **facts)
