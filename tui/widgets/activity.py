"""What there is to do on a page: presets to run, or a prediction to make first."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual.widgets import Static

from lessons.schema import Activity, Predict, Preset, Run, right_choice


class ActivityPanel(Static):
    """Numbered presets or answers; the reasons appear when the run has ended."""

    def __init__(self) -> None:
        super().__init__(id="activity")
        self.activity: Activity | None = None
        self.chosen: int | None = None
        self.right: int | None = None
        self.nudged = False
        """The learner has been asked to guess before running."""
        self.seen: set[int] = set()
        """Presets whose run has ended: their note may be read."""

    def set_activity(self, activity: Activity | None) -> None:
        """Show another page's activity, untouched."""
        self.activity = activity
        self.right = None
        self.nudged = False
        self.seen = set()
        presets = activity.presets if isinstance(activity, Run) else []
        self.chosen = 0 if presets else None
        self.display = (
            isinstance(activity, Predict)
            or len(presets) > 1
            or bool(presets and (presets[0].label or presets[0].note))
        )
        self._paint()

    @property
    def count(self) -> int:
        """How many numbers can be pressed."""
        if isinstance(self.activity, Predict):
            return len(self.activity.choices)
        return len(self.activity.presets) if isinstance(self.activity, Run) else 0

    @property
    def preset(self) -> Preset | None:
        """The preset whose knobs a run should have."""
        if isinstance(self.activity, Predict):
            return self.activity.run.presets[0]
        if isinstance(self.activity, Run) and self.chosen is not None:
            return self.activity.presets[self.chosen]
        return None

    @property
    def awaits_prediction(self) -> bool:
        """Whether the learner has yet to commit to an answer."""
        return isinstance(self.activity, Predict) and self.chosen is None

    def nudge(self) -> None:
        """Ask for a guess, once."""
        self.nudged = True
        self._paint()

    def choose(self, index: int) -> None:
        """Take the preset or the answer with this number, counted from 0."""
        self.chosen = index
        self._paint()

    def run_ended(self, final: Mapping[str, float | None]) -> None:
        """The run has ended: say what was right, and why."""
        if isinstance(self.activity, Predict):
            try:
                self.right = right_choice(self.activity, final)
            except KeyError:
                self.right = None
        elif self.chosen is not None:
            self.seen.add(self.chosen)
        self._paint()

    def _paint(self) -> None:
        if isinstance(self.activity, Predict):
            self.update(self._prediction(self.activity))
        elif isinstance(self.activity, Run):
            self.update(self._presets(self.activity.presets))

    def _presets(self, presets: list[Preset]) -> Text:
        page = Text()
        for index, preset in enumerate(presets):
            chosen = index == self.chosen
            ink = "bold " + self._ink("primary") if chosen else self._ink("foreground")
            page.append(f"{'▸' if chosen else ' '} {index + 1}  ", self._ink("text-muted"))
            page.append(f"{preset.label or 'Run it'}\n", ink)
            if index in self.seen and preset.note:
                page.append(f"     {preset.note}\n", self._ink("text-muted"))
        page.rstrip()
        return page

    def _prediction(self, predict: Predict) -> Text:
        page = Text()
        page.append("Predict  ", "bold " + self._ink("primary"))
        page.append(f"{predict.question}\n")
        for index, choice in enumerate(predict.choices):
            mark, ink = self._verdict(index)
            page.append(f"{mark} {index + 1}  ", self._ink(ink))
            page.append(f"{choice.text}\n", self._ink(ink) if mark.strip() else "")
        ink = "warning" if self.nudged and self.chosen is None else "text-muted"
        page.append(self._sentence(predict), self._ink(ink))
        return page

    def _verdict(self, index: int) -> tuple[str, str]:
        if self.right is not None and index == self.right:
            return "✓", "success"
        if index != self.chosen:
            return " ", "text-muted"
        return ("▸", "primary") if self.right is None else ("✗", "error")

    def _sentence(self, predict: Predict) -> str:
        if self.right is None:
            if self.chosen is not None:
                return "The run will tell."
            keys = " or ".join(str(n + 1) for n in range(len(predict.choices)))
            if self.nudged:
                return f"Guess first: {keys}. Or r again, to just run."
            return f"Press {keys}; the run answers."
        if self.chosen is None:
            return "So it came out. Next time, guess before you look."
        if self.chosen == self.right:
            return "You saw it coming."
        return "Not this time. What did the run do differently from what you expected?"

    def _ink(self, name: str) -> str:
        return self.app.theme_variables.get(name, "")
