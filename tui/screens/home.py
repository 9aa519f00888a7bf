"""Home: the lessons, what is here, how the engine is."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine import views as view
from engine.process.client import State
from engine.process.protocol import Experiment, Shown
from lessons.format.schema import Lesson
from lessons.learner import review
from lessons.learner.progress import LessonProgress, Progress, survey
from tui.messages import EngineChanged, RunEventReceived
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.saving import Saving
from tui.widgets import summary
from tui.widgets.engine_status import EngineStatus
from tui.widgets.key_bar import KeyBar

TAGLINE = "Learn PyTorch by running it."


class LessonList(OptionList):
    """The lessons; enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", id="open")]

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        # Textual counts the lines when it paints them, and a key may come before that.
        if self._index_to_line:
            super()._move_page(direction)


class HomeScreen(PageScreen):
    """A list of lessons and a card about the one under the cursor."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "review", "Review", id="review"),
        Binding("l", "earlier_runs", "Earlier runs", id="earlier-runs"),
        Binding("w", "scratch", "Scratch page", id="scratch"),
        Binding("m", "museum", "Museum", id="museum"),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
        *(Binding(str(n), f"open_number({n})", f"Lesson {n}", show=False) for n in range(1, 10)),
    ]

    def __init__(self, lessons: list[Lesson], runs: Runs, saving: Saving) -> None:
        super().__init__()
        self.lessons = lessons
        self.progress: Progress | None = None
        self._runs = runs
        self._saving = saving

    def compose_page(self) -> ComposeResult:
        yield Static(id="masthead")
        yield Static(id="headline")
        with Horizontal(id="home"):
            yield LessonList(id="lessons", compact=True)
            with Vertical(id="card"):
                yield Static(id="card-text")
        yield EngineStatus()
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill in the list; the cursor stands on the first lesson."""
        head = ("tocha", "bold $primary"), (f"   {TAGLINE}", "$text-muted")
        self.query_one("#masthead", Static).update(Content.assemble(*head))
        lessons = self.query_one(OptionList)
        lessons.add_options(
            [Option(self._row(n, it), it.slug) for n, it in enumerate(self.lessons, 1)]
        )
        lessons.highlighted = 0
        lessons.focus()

    def _row(self, number: int, lesson: Lesson) -> Content:
        known = self._known(number - 1)
        # How long it takes is for whoever has not begun; the card tells it always.
        facts = list(summary.counts(known)) or [(f"  {lesson.minutes} min", "$text-muted")]
        return Content.assemble(
            (f" {number} ", "$text-muted"),
            summary.mark(known),
            (f" {lesson.title}\n   ", "bold"),
            *facts,
        )

    def _known(self, index: int) -> LessonProgress | None:
        return self.progress.lessons[index] if self.progress else None

    @on(events.ScreenResume)
    @work(exclusive=True)
    async def survey(self) -> None:
        """See how far one has come; when it differs from what is shown, show it."""
        lessons = self.lessons
        found = await self._saving.read(
            lambda store: survey(lessons, store, due=len(review.due(store, lessons)))
        )
        if found is None or found == self.progress:
            return
        is_first, self.progress = self.progress is None, found
        options = self.query_one(OptionList)
        if is_first and found.next and not options.highlighted:
            # Where to go on: enter opens it.
            slugs = [lesson.slug for lesson in lessons]
            options.highlighted = slugs.index(found.next.lesson)
        with self.app.batch_update():
            self.query_one("#headline", Static).update(summary.headline(found))
            for index, lesson in enumerate(lessons):
                row = self._row(index + 1, lesson)
                options.replace_option_prompt_at_index(index, row)
        if options.highlighted is not None:
            self._paint_card(options.highlighted)
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _show_card(self, event: OptionList.OptionHighlighted) -> None:
        self._paint_card(event.option_index)

    def _paint_card(self, index: int) -> None:
        lesson = self.lessons[index]
        facts = [f"{lesson.minutes} minutes", ", ".join(lesson.concepts)]
        if lesson.prerequisites:
            facts.append(f"builds on {', '.join(lesson.prerequisites)}")
        card = Content.assemble(
            (f"{lesson.title}\n\n", "bold $accent"),
            f"{lesson.summary}\n\n",
            ("\n".join(filter(None, facts)), "$text-muted"),
            "\n\n",
            summary.card(self._known(index)),
        ).rstrip()
        self.query_one("#card-text", Static).update(card)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.app.open_lesson(self.lessons[event.option_index])  # type: ignore[attr-defined]

    def action_open_number(self, number: int) -> None:
        """Open a lesson by its number."""
        if number <= len(self.lessons):
            self.query_one(OptionList).highlighted = number - 1
            self.query_one(OptionList).action_select()

    def action_review(self) -> None:
        """Ask again what was missed, as far as it is due."""
        from tui.screens.review import ReviewScreen

        self.app.push_screen(ReviewScreen(self.lessons, self._runs, self._saving))

    def action_earlier_runs(self) -> None:
        """Every run that was kept."""
        from tui.screens.history_of_runs import RunsScreen

        self.app.push_screen(RunsScreen(self._saving), self.app.run_again)  # type: ignore[attr-defined]

    def action_scratch(self) -> None:
        """Any code of one's own."""
        self.app.open_scratch()  # type: ignore[attr-defined]

    def action_museum(self) -> None:
        """The errors beginners meet."""
        self.app.open_museum()  # type: ignore[attr-defined]

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """A review is offered when something is due."""
        return action != "review" or bool(self.progress and self.progress.due)

    def action_cursor(self, by: int) -> None:
        """Move the cursor."""
        lessons = self.query_one(OptionList)
        lessons.action_cursor_down() if by > 0 else lessons.action_cursor_up()

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        status, engine = self.query_one(EngineStatus), self._runs.engine
        status.state, status.torch = message.state, engine.torch_version
        if message.state is State.READY and not status.device:
            self._runs.start(self, Experiment("devices", "summary"))
        elif message.state is State.FAILED:
            status.device = " ".join(list(engine.stderr)[-1:])

    @on(RunEventReceived)
    def _device_found(self, message: RunEventReceived) -> None:
        match message.event:
            case Shown(view=view.Text(text=text)):
                self.query_one(EngineStatus).device = self._runs.here = text
