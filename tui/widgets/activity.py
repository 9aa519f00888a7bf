"""What there is to do on a page: presets to run, or a prediction to make first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from lessons.format import catalog, conditions
from lessons.format.evidence import Evidence
from lessons.format.schema import Activity, Predict, Preset, Run, right_choice, run_of
from tui.state.lesson_record import Answer
from tui.state.run_evidence import (
    hidden_name,
    is_as_asked,
    judged_by,
    noted,
    otherwise,
    words,
    words_elsewhere,
)

Part = tuple[str, str] | Content
"""A piece of text and its style, or several that a click takes together."""

NUMBER = "number"
"""Under this name a piece of text carries the number that a click on it stands for."""

INDENT = 5
"""Columns of the mark and the number in front of a choice."""


def clickable(index: int, *parts: tuple[str, str]) -> Content:
    """Text on which a click is a press of its number; ``index`` counts from 0."""
    return Content.assemble(*parts).stylize(Style.from_meta({NUMBER: index}))


def clicked(event: events.Click) -> int | None:
    """The index that the text under the mouse stands for."""
    number = event.style.meta.get(NUMBER)
    return number if isinstance(number, int) else None


def hung(text: str, width: int) -> str:
    """Text wrapped to a width, its later lines standing under the first word."""
    return textwrap.fill(
        text, max(width, 20), initial_indent=" " * INDENT, subsequent_indent=" " * INDENT
    )[INDENT:]


class ActivityPanel(Static):
    """Numbered presets or answers; the reasons appear when the run has ended."""

    def __init__(self) -> None:
        super().__init__(id="activity")
        self.activity: Activity | None = None
        self.chosen: int | None = None
        self.right: int | None = None
        self._shown: Evidence | None = None
        """The run that decided the question."""
        self._other: Evidence | None = None
        """A newer run, with other settings than those that were asked about, or cut short."""
        self.nudged = False
        """The learner has been asked to guess before running."""
        self.seen: dict[int, str] = {}
        """What there is to say of presets whose run has ended, each of the last one."""
        self._width = 40

    def set_activity(self, activity: Activity | None) -> None:
        """Show another page's activity, untouched."""
        self.activity = activity
        self.right = self._shown = self._other = None
        self.nudged = False
        self.seen = {}
        presets = activity.presets if isinstance(activity, Run) else []
        self.chosen = 0 if presets else None
        says_something = any(preset.label or preset.note for preset in presets)
        self.display = isinstance(activity, Predict) or says_something
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
    def asked_rows(self) -> list[tuple[str, str | int]]:
        """The rows of tables that decide the question, or of which the preset's note speaks."""
        asked = self.preset.claim.own if self.preset is not None else []
        if isinstance(self.activity, Predict):
            asked = [*(one.when for one in self.activity.choices), *self.activity.claim.own]
        return [row for one in asked for row in conditions.rows(conditions.parse(one))]

    @property
    def awaits_prediction(self) -> bool:
        """Whether the learner has yet to commit to an answer before the run."""
        is_open = self.chosen is None and self.right is None
        return isinstance(self.activity, Predict) and not self.activity.blind and is_open

    @property
    def is_blind(self) -> bool:
        """Whether the run comes first, and the answer after it."""
        return isinstance(self.activity, Predict) and self.activity.blind

    def begin_round(self) -> None:
        """A run begins; in a blind round, what was hidden before is hidden anew."""
        if self.is_blind:
            self.chosen = self.right = self._shown = None
            self._paint()

    def asks_first(self) -> bool:
        """Whether a guess is asked for before the run; that is done once."""
        asks = self.awaits_prediction and not self.nudged
        if asks:
            self.nudged = True
            self._paint()
        return asks

    def choose(self, index: int) -> Answer | None:
        """Take the preset or the answer with this number, counted from 0.

        The answer once it is known what is right: in a blind round at once, else when the run ends.
        Once the answer is known it is too late to guess; in a blind round, before the run has
        ended it is too early.
        """
        if self.right is not None or (self.is_blind and self._shown is None):
            return None
        self.chosen = index
        if self.is_blind and isinstance(self.activity, Predict) and self._shown is not None:
            self.right = right_choice(self.activity, self._shown)
        self._paint()
        return self._answer

    def run_ended(self, shown: Evidence) -> Answer | None:
        """The run has ended: say what was right, and why. The answer, if this decides it.

        A question is decided once, by the first run with the settings that it is about; of every
        other run is said what that run has shown.
        """
        was_open, self._other = self.right is None, None
        match self.activity:
            case Predict(blind=True):
                self._shown = None if shown.is_cut_short else shown
            case Predict() as predict if is_as_asked(predict.run, 0, shown):
                if was_open:
                    self._shown = shown
                    self.right = right_choice(predict, shown)
            case Predict():
                self._other = shown
            case Run() as run if self.chosen is not None:
                self.seen[self.chosen] = self._noted(run, self.chosen, shown)
        self._paint()
        return self._answer if was_open else None

    def _noted(self, run: Run, number: int, shown: Evidence) -> str:
        """What there is to say of a preset's run, and the numbers that it is about."""
        preset = run.presets[number]
        said = noted(catalog.experiment(run.experiment), preset, shown)
        is_told = said == preset.note
        return f"{said} {self._judged_by(preset.claim.own, shown)}".strip() if is_told else said

    @property
    def _answer(self) -> Answer | None:
        if self.chosen is None or self.right is None:
            return None
        return Answer(self.chosen, self.right)

    @property
    def outcome(self) -> Content:
        """What the run has decided, for where the choices are not in sight: the right answer and
        why, or what there is to say of the preset; empty before."""
        if isinstance(self.activity, Predict):
            return self._judged(self.activity)
        if isinstance(self.activity, Run) and self.chosen in self.seen:
            return Content.styled(self.seen[self.chosen or 0], "$text-muted")
        return Content("")

    def _judged(self, predict: Predict) -> Content:
        if self.right is None:
            says = self._sentence(predict) if self._other or self._shown else ""
            return Content.styled(says, "$text-muted")
        mark, ink = self._verdict(self.right if self.chosen is None else self.chosen)
        said = f"{mark} {self.right + 1}  {predict.choices[self.right].text}. "
        if self.chosen not in (None, self.right):
            said = f"{mark} It was {self.right + 1}: {predict.choices[self.right].text}. "
        return Content.assemble((said, ink), (self._sentence(predict), "$text-muted"))

    async def on_click(self, event: events.Click) -> None:
        """On a preset or an answer, a press of its number."""
        number = clicked(event)
        if number is not None:
            await self.run_action(f"screen.choose({number})")

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again when the width is another."""
        if event.size.width != self._width:
            self._width = event.size.width
            self._paint()

    def _paint(self) -> None:
        if isinstance(self.activity, Predict):
            self.update(Content.assemble(*self._prediction(self.activity)))
        elif isinstance(self.activity, Run):
            self.update(Content.assemble(*self._presets(self.activity.presets)))

    def _presets(self, presets: list[Preset]) -> Iterator[Part]:
        for index, preset in enumerate(presets):
            is_chosen = index == self.chosen
            label = hung(preset.label or "Run it", self._width)
            mark = f"{'▸' if is_chosen else ' '} {index + 1}  ", "$text-muted"
            yield clickable(index, mark, (f"{label}\n", "bold $primary" if is_chosen else ""))
            if said := self.seen.get(index):
                yield f"{' ' * INDENT}{hung(said, self._width)}\n", "$text-muted"

    def _prediction(self, predict: Predict) -> Iterator[Part]:
        yield "Blind round  " if predict.blind else "Predict  ", "bold $primary"
        yield f"{predict.question}\n", ""
        for index, choice in enumerate(predict.choices):
            mark, ink = self._verdict(index)
            number = f"{mark} {index + 1}  ", ink or "$text-muted"
            yield clickable(index, number, (f"{hung(choice.text, self._width)}\n", ink))
        yield (
            self._sentence(predict),
            "$warning" if self.nudged and self.awaits_prediction else "$text-muted",
        )

    def _verdict(self, index: int) -> tuple[str, str]:
        if self.right is not None and index == self.right:
            return "✓", "$success"
        if index != self.chosen:
            return " ", ""
        return ("▸", "$primary") if self.right is None else ("✗", "$error")

    def _sentence(self, predict: Predict) -> str:
        if predict.blind:
            return self._round_sentence(predict)
        if self.right is None:
            if self._other is not None:
                return self._what_came(predict, self._other)
            if self._shown is not None:
                asked = [choice.when for choice in predict.choices]
                return otherwise(asked, self._shown, self._names)
            if self.chosen is not None:
                return "The run will tell."
            keys = " or ".join(str(n + 1) for n in range(len(predict.choices)))
            ask = "Guess first: {} Or r again, to just run." if self.nudged else "Press {}"
            return ask.format(f"{keys}.")
        verdict = "So it came out."
        if self.chosen is not None:
            verdict = "You saw it coming." if self.chosen == self.right else "Not this time."
        told = f"{verdict} {self._why(predict)}".rstrip()
        return f"{told} {self._what_came(predict, self._other)}" if self._other else told

    @property
    def _names(self) -> dict[str, str]:
        run = run_of(self.activity)
        return catalog.experiment(run.experiment).numbers if run else {}

    def _what_came(self, predict: Predict, shown: Evidence) -> str:
        """What a run shows that does not decide the question: the numbers that would have. An
        answer's own words give a reason as well, and that is about the run that was asked about.
        """
        return words_elsewhere([one.when for one in predict.choices], shown, self._names)

    def _why(self, predict: Predict) -> str:
        """The reason, where this run is one it speaks of, and the numbers that decided."""
        if self._shown is None:
            return predict.why
        asked = [*(choice.when for choice in predict.choices), *predict.claim.own]
        why = words(predict.why, predict.claim, self._shown, self._names)
        return f"{why} {self._judged_by(asked, self._shown)}".strip()

    def _judged_by(self, asked: list[str], shown: Evidence) -> str:
        run = run_of(self.activity)
        if run is None:
            return ""
        plots = catalog.experiment(run.experiment).plots
        drawn = [name for plot in plots for name in plot.series]
        return judged_by(asked, shown, drawn, self._names)

    def _round_sentence(self, predict: Predict) -> str:
        if self._shown is None:
            return "r plays a round. Watch it to its end, then answer."
        if self.right is None:
            return f"Press 1 to {len(predict.choices)}."
        name = hidden_name(self._shown, self.right)
        verdict = f"So it was{name}." if self.chosen == self.right else f"It was{name}."
        return f"{verdict} {self._why(predict)} r plays another round."
