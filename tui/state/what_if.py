"""What if: a run under the microscope beside the same run left as it was. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence

from engine.plots import Curve
from engine.process.stops import Seen, Stop, WhatIf
from tui.state.scope_run import ScopeRun
from tui.state.training_series import LOSS, of_kind

AS_IT_WAS = "as it was"


class Futures:
    """A run that was changed on the way, beside the one it was made from."""

    def __init__(self, first: ScopeRun, other: ScopeRun) -> None:
        self.first, self.other = first, other

    @property
    def losses(self) -> list[str]:
        """Series of both that are losses; of runs that train nothing, none."""
        return [name for name in of_kind(self.first.series, LOSS) if name in self.other.series]

    @property
    def curves(self) -> list[Curve]:
        """Every loss twice, for one picture."""
        names = self.losses
        return [
            Curve(f"{name}, {what}" if len(names) > 1 else what, run.series[name])
            for name in names
            for run, what in zip((self.first, self.other), self._called(), strict=True)
        ]

    @property
    def words(self) -> str:
        """How both have ended; empty before, and where nothing was trained."""
        if self.first.state.is_live or self.other.state.is_live:
            return ""
        one, two = self._called()
        ends = [
            f"{name} {self.first.series[name].last:.4g} ({one}), "
            f"{self.other.series[name].last:.4g} ({two})"
            for name in self.losses
        ]
        return f"Both have ended: {'; '.join(ends)}." if ends else ""

    def _called(self) -> tuple[str, str]:
        """What each is called; the same change twice is told apart."""
        one, two = (called(run) for run in (self.first, self.other))
        return one if one != two else f"before: {one}", two


def with_another(asked: Sequence[WhatIf], stop: Stop, code: str) -> list[WhatIf]:
    """The changes before this stop, and one more there."""
    before = [each for each in asked if each.at < stop.number]
    same = [each.code for each in asked if each.at == stop.number]
    since = {seen.name: seen.line for seen in stop.names if seen.line}
    return [*before, WhatIf(stop.number, stop.line, "\n".join([*same, code]), since)]


def called(run: ScopeRun) -> str:
    """A run's name in a picture: all its changes in one row."""
    rows = [row for each in run.asked for row in each.code.splitlines()]
    return f"{'; '.join(rows) or AS_IT_WAS}{' (raised)' if run.slipped else ''}"


def fault(code: str) -> str:
    """What is wrong with a change as Python, in a sentence; empty when nothing is."""
    try:
        compile(code, "<what if>", "exec")
    except (SyntaxError, ValueError) as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        return f"That is no Python: {what}."
    return ""


def suggested(stop: Stop) -> str:
    """A change to begin with: a number that was just set, the learning rate, or a weight."""
    scalars = [each for each in stop.names if each.kind in ("float", "int") and each.text]
    for each in sorted(scalars, key=lambda seen: (seen.name != "lr", not seen.changed)):
        if each.changed or each.name == "lr":
            return f"{each.name} = {each.text}"
    for each in stop.names:
        if each.text.startswith("lr "):
            rate = each.text.partition(",")[0].removeprefix("lr ")
            return f'{each.name}.param_groups[0]["lr"] = {rate}'
    weights = (each for each in stop.names if each.requires_grad and each.grid)
    return next((_written(each) for each in weights), "")


def _written(weight: Seen) -> str:
    """A weight's first number, to be written over."""
    where = ", ".join("0" for _ in weight.shape or ()) or "..."
    name, _, rest = weight.name.partition(".")
    path = "".join(
        f"[{part}]" if part.isdigit() else f".{part}" for part in rest.split(".") if part
    )
    return f"{name}{path}[{where}] = {weight.grid[0][0]}"
