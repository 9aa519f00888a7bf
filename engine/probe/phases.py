"""Where the time of a step goes: fetching data, forward, backward, the optimizer's step.

Single steps are timed now and then, on the clock of whoever waits; `engine.probe.fetching` tells of
batches.
"""

from __future__ import annotations

from time import perf_counter

from engine.views import AnyView, Bars, Text

PAUSE_SECONDS = 0.25
"""Between two steps that are timed."""

ENOUGH = 6
"""Timed steps before anything is said."""

KEPT = 0.97
"""What remains of older steps' weight with each new one."""

WAITS = 0.4
"""From this part of the time on, fetching is what to mend first."""

MOST_UNSEEN = 2
"""Timed steps in a row whose samples cannot be told, after which nothing is said of them."""

PLOT, VERDICT = "time of a step", "verdict"


class Batches:
    """The samples of steps that were timed, where their number is beyond doubt."""

    def __init__(self) -> None:
        self._this: list[tuple[int, int | None]] = []
        self._samples = self._steps = 0.0
        self._missed = 0

    def add(self, source: int, size: int | None) -> None:
        """A batch of so many samples (None: nobody can say) has come; ``source`` is whose it is."""
        self._this.append((source, size))

    def begin(self) -> None:
        """A step begins."""
        self._this.clear()

    def end(self) -> None:
        """The step is complete."""
        sizes = [size for _, size in self._this if size is not None]
        if len(sizes) != len(self._this) or len({source for source, _ in self._this}) > 1:
            self._missed += 1
            return
        self._missed = 0
        self._samples = KEPT * self._samples + sum(sizes)
        self._steps = KEPT * self._steps + 1.0

    @property
    def per_step(self) -> float | None:
        """Samples in a step, on average; None where that is not known."""
        if self._missed > MOST_UNSEEN or not self._samples:
            return None
        return self._samples / self._steps


class Phases:
    """Times one step at a time, and says where the time went."""

    def __init__(self) -> None:
        self.is_on = False
        """A step is being timed."""
        self.batches = Batches()
        self._next = self._last = 0.0
        self._this: dict[str, float] = {}
        self._sums: dict[str, float] = {}
        self._fetched = 0.0
        self._has_fetched = False
        self._steps = 0

    def is_due(self, now: float) -> bool:
        """Whether to time the next step."""
        return now >= self._next

    def begin(self) -> None:
        """A step begins."""
        self.is_on = True
        self._this, self._fetched = {}, 0.0
        self.batches.begin()
        self._last = perf_counter()

    def fetched(self, seconds: float) -> None:
        """A batch has come out of a loader."""
        self._fetched += seconds
        self._has_fetched = True

    def reach(self, phase: str) -> None:
        """What was done until now was this."""
        now = perf_counter()
        spent = now - self._last - self._fetched
        self._this[phase] = self._this.get(phase, 0.0) + spent
        self._this["data"] = self._this.get("data", 0.0) + self._fetched
        self._last, self._fetched = now, 0.0

    def skip(self) -> None:
        """What was done since was ours."""
        self._last = perf_counter()

    def end(self) -> None:
        """The step is complete."""
        self.is_on = False
        self.batches.end()
        self._next = perf_counter() + PAUSE_SECONDS
        self._steps += 1
        for phase in {*self._this, *self._sums}:
            self._sums[phase] = KEPT * self._sums.get(phase, 0.0) + self._this.get(phase, 0.0)

    def views(self, *, waits: bool) -> list[AnyView]:
        """The parts, and a sentence; nothing before there are enough steps.

        ``waits``: an accelerator works behind the script's own clock.
        """
        whole = sum(self._sums.values())
        if self._steps < ENOUGH or not whole:
            return []
        names = {"forward": "forward" if self._has_fetched else "before backward"}
        order = ("data", "forward", "backward", "between", "step")
        parts = {each: self._sums.get(each, 0.0) / whole for each in order}
        if not self._has_fetched:
            del parts["data"]
        labels = [names.get(each, each) for each in parts]
        values = [round(100 * part, 1) for part in parts.values()]
        bars = Bars(labels, values, name="parts", plot=PLOT, unit="%")
        return [Text(self._sentence(parts, waits=waits), name=VERDICT, plot=VERDICT), bars]

    def _sentence(self, parts: dict[str, float], *, waits: bool) -> str:
        behind = " The accelerator works behind this clock." if waits else ""
        data = parts.get("data", 0.0)
        most = max(parts, key=lambda each: parts[each])
        if data >= WAITS or most == "data":
            return f"The model waits for data {data:.0%} of the time.{behind}"
        what = {"forward": "forward" if self._has_fetched else "what comes before backward"}
        name = {"step": "the optimizer's step", "between": "what is between backward and step"}
        called = what.get(most) or name.get(most, most)
        waiting = f", waiting for data {data:.0%}" if self._has_fetched else ""
        return f"The largest part of a step is {called}: {parts[most]:.0%}{waiting}.{behind}"
