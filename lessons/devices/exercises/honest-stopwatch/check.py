from engine.grading.checks import Code, expect, near, number

CALL, FIRST, BACKLOG, LAUNCH = 0.2, 3.0, 7.0, 0.001


class Device:
    """A device that works through its list while the clock of the world goes on."""

    def __init__(self, first=FIRST, backlog=BACKLOG):
        self.now, self.idle_at, self.calls, self.first = 0.0, backlog, 0, first

    def work(self):
        self.now += LAUNCH
        cost = CALL if self.calls else self.first
        self.idle_at = max(self.idle_at, self.now) + cost
        self.calls += 1

    def synchronize(self, *_):
        self.now = max(self.now, self.idle_at)

    def clock(self):
        return self.now


def measure(code, repeats=10, **settings):
    device = Device(**settings)
    got = code.seconds_per_call(device.work, device.synchronize, device.clock, repeats)
    return number(got, "What `seconds_per_call` returns"), device


def calls(code: Code) -> None:
    _, device = measure(code)
    expect(device.calls > 10, "too-few-calls", repeats=10, calls=device.calls, want=11)


def starts(code: Code) -> None:
    got, _ = measure(code, first=CALL, backlog=500.0)
    expect(got < 10, "starts-too-early", got=got)


def stops(code: Code) -> None:
    got, _ = measure(code)
    expect(got > CALL / 2, "stops-too-early", got=got)


def steady(code: Code) -> None:
    got, _ = measure(code)
    expect(not near(got, 10 * CALL, 0.02), "total", got=got, repeats=10)
    expect(got < CALL + FIRST / 20, "warm-up-measured", got=got)
    expect(near(got, CALL, 0.02), "wrong-time", got=got)
