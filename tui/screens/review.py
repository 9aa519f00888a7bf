"""Review: what was missed comes back, a few questions a day."""

from __future__ import annotations

import time
from random import randrange
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lessons.format import catalog
from lessons.format.schema import Lesson, Predict
from lessons.learner import review
from lessons.learner.review import Question
from tui.screens.run_screen import RunScreen
from tui.state.engine_runs import Runs
from tui.state.lesson_record import Answer
from tui.state.live_run import LiveRun, RunState
from tui.state.run_evidence import evidence_of
from tui.state.saving import Saving
from tui.widgets.activity import ActivityPanel
from tui.widgets.key_bar import KeyBar
from tui.widgets.stage import SEED, Stage

LONGEST_SECONDS = 120.0
"""A question left open over lunch has not used up the day."""


TASKS = {
    review.EXERCISE: "Do this one again, from the start. A passed check counts as the answer.",
    review.BLIND: "This page hides nothing any more.",
    review.PREDICTION: "This page asks nothing any more.",
}


class ReviewScreen(RunScreen[LiveRun]):
    """One question at a time: answer, see the run, go on. Leaving is always fine."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right_square_bracket,ctrl+n,enter", "next", "Next", key_display="n"),
        Binding("o", "open", "Open"),
        Binding("escape,backspace", "dismiss", "Home", key_display="esc"),
        *(Binding(str(n), f"choose({n - 1})", f"Choose {n}", show=False) for n in range(1, 7)),
    ]

    def __init__(self, lessons: list[Lesson], runs: Runs, saving: Saving) -> None:
        super().__init__(runs)
        self._lessons = lessons
        self._saving = saving
        self._questions: list[Question] = []
        self._at = 0
        self._asked = 0.0

    def compose_page(self) -> ComposeResult:
        yield Static(id="review-head")
        with Horizontal(id="sides"):
            with VerticalScroll(id="asked", can_focus=False):
                yield Static(id="where")
                yield ActivityPanel()
                yield Static(id="task")
            yield Stage()
        yield KeyBar()

    async def on_mount(self) -> None:
        """Ask the store what is due, then ask the learner."""
        lessons = self._lessons
        self._questions = await self._saving.read(lambda store: review.due(store, lessons)) or []
        await self._ask()

    @property
    def question(self) -> Question | None:
        """What is asked now; None when all is answered."""
        return self._questions[self._at] if self._at < len(self._questions) else None

    @property
    def _predict(self) -> Predict | None:
        question = self.question
        activity = question.page.activity if question else None
        return activity if isinstance(activity, Predict) else None

    async def _ask(self) -> None:
        self.run, self._asked = None, time.monotonic()
        question, predict = self.question, self._predict
        panel, stage = self.query_one(ActivityPanel), self.query_one(Stage)
        panel.set_activity(predict)
        panel.display = predict is not None
        await stage.set_experiment(catalog.experiment(predict.run.experiment) if predict else None)
        stage.show(None, now=True)
        self._show_stage(False)
        task = Content(await self._last_words()) if question is None else self._words(question)
        self.query_one("#task", Static).update(task)
        where = Content.assemble((f"{place(question)}\n" if question else "", "bold $accent"))
        self.query_one("#where", Static).update(where)
        self._paint_head()
        self.refresh_bindings()
        if predict is not None and predict.blind:
            self._play(predict)

    def _show_stage(self, shown: bool) -> None:
        """The stage has nothing to say before the answer."""
        self.query_one(Stage).display = shown
        self.set_class(not shown, "-alone")

    def _paint_head(self) -> None:
        place = f"   {self._at + 1} of {len(self._questions)}" if self.question else ""
        head = ("Review", "bold $accent"), (place, "$text-muted")
        self.query_one("#review-head", Static).update(Content.assemble(*head))

    def _words(self, question: Question) -> Content:
        if self._predict is not None:
            return Content("")
        return Content.assemble(
            f"{TASKS[question.kind]}\n\n",
            ("o opens it, n leaves it for another day.", "$text-muted"),
        )

    async def _last_words(self) -> str:
        lessons = self._lessons
        left = await self._saving.read(lambda store: review.due(store, lessons)) or []
        words = "That is all for today. What comes next, comes when it is due."
        if left:
            words += f"\n\nLeft open: {len(left)}. v at home asks again."
        return words

    async def action_next(self) -> None:
        """The next question; one that was not answered stays due."""
        self.cut_short()
        if self.question is not None:
            self._at += 1
            await self._ask()
        else:
            self.dismiss()

    def action_open(self) -> None:
        """The exercise, or the page the question stands on."""
        if self.question is not None:
            self.cut_short()
            app: Any = self.app
            if self.question.kind == review.EXERCISE:
                app.open_exercise(catalog.exercise(self.question.name.partition(":")[2]))
            else:
                app.open_lesson(self.question.lesson, self.question.index)

    def action_choose(self, index: int) -> None:
        """An answer; the run judges it, or has been watched before."""
        panel, predict = self.query_one(ActivityPanel), self._predict
        if predict is None or index >= panel.count:
            return
        if predict.blind:
            self._record(panel.choose(index))
        elif self.run is None:
            panel.choose(index)
            self._play(predict)

    def _play(self, predict: Predict) -> None:
        """Run what the question is about; a blind round is another one each time."""
        experiment = catalog.experiment(predict.run.experiment)
        knobs = experiment.settings(predict.run.presets[0])
        seed = randrange(int(SEED.high or 1)) if predict.blind else 0
        self.run = self.run_experiment(experiment, knobs, seed=seed)
        self._show_stage(True)
        self.paint_now()

    def paint(self, *, now: bool = False) -> None:
        """The run, on the stage."""
        self.query_one(Stage).show(self.run, now=now)

    def run_ended(self, run: LiveRun) -> None:
        """Judge the answer."""
        if run.state is RunState.FINISHED:
            self._record(self.query_one(ActivityPanel).run_ended(evidence_of(run)))

    def _record(self, answer: Answer | None) -> None:
        """Write the answer down once it is known what is right."""
        question = self.question
        if question is None or answer is None:
            return
        name, correct = question.name, answer.chosen == answer.right
        seconds = min(time.monotonic() - self._asked, LONGEST_SECONDS)
        self._saving.write(
            lambda store: review.record(store, name, correct=correct, seconds=seconds)
        )

    def on_unmount(self) -> None:
        """Nothing runs on behind a closed screen."""
        self.cut_short()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a page to open while something is asked."""
        if action == "open":
            return self.question is not None
        return super().check_action(action, parameters)


def place(question: Question) -> str:
    """Where a question comes from, in words."""
    if question.kind == review.EXERCISE:
        title = catalog.exercise(question.name.partition(":")[2]).title
        return f"{question.lesson.title}, exercise: {title}"
    return f"{question.lesson.title}: {question.page.title}"
