"""Home: the lessons, what is here, how the engine is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from engine import views as view
from engine.process.client import State
from engine.process.protocol import Experiment, Shown
from lessons.format.schema import Lesson
from lessons.learner import review
from lessons.learner.progress import Progress, survey
from lessons.store import Store
from tui.messages import EngineChanged, RunEventReceived
from tui.screens.page_screen import PageScreen
from tui.state.engine_runs import Runs
from tui.state.saving import Saving
from tui.widgets import summary
from tui.widgets.engine_status import EngineStatus
from tui.widgets.key_bar import KeyBar
from tui.widgets.lesson_list import LessonList
from tui.widgets.lesson_picture import LessonPicture

ROOMY, TALL = 34, 44
"""Rows from which the card under the lessons may have empty ones, and from which a card beside them
names the pages."""

TAGLINE = "Learn PyTorch by running it."


def _survey(lessons: list[Lesson], store: Store) -> tuple[Progress, dict[str, int]]:
    """How far one is, and how many questions of each lesson are due."""
    due = Counter(question.lesson.slug for question in review.due(store, lessons))
    return survey(lessons, store, due=due.total()), dict(due)


class HomeScreen(PageScreen):
    """The lessons as a path, and beside it a card about the one under the cursor."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "review", "Review", id="review"),
        Binding("l", "earlier_runs", "Earlier runs", id="earlier-runs"),
        Binding("w", "scratch", "Scratch page", id="scratch"),
        Binding("m", "museum", "Museum", id="museum"),
        Binding("slash", "filter", "Find", key_display="/", id="filter"),
        Binding("escape", "unfilter", "All lessons", show=False, id="unfilter"),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
        *(Binding(str(n), f"open_number({n})", f"Lesson {n}", show=False) for n in range(1, 10)),
    ]

    def __init__(self, lessons: list[Lesson], runs: Runs, saving: Saving) -> None:
        super().__init__()
        self.lessons = lessons
        self.progress: Progress | None = None
        self._due: dict[str, int] = {}
        self._runs = runs
        self._saving = saving

    def compose_page(self) -> ComposeResult:
        yield Static(id="masthead")
        yield Static(id="headline")
        with Horizontal(id="home"):
            with Vertical(id="path"):
                yield LessonList(self.lessons)
            with Vertical(id="beside"):
                with Vertical(id="card"):
                    yield Static(id="card-text")
                yield LessonPicture(self._runs, self._saving)
        yield EngineStatus()
        yield KeyBar()

    def on_mount(self) -> None:
        """The cursor stands on the first lesson."""
        head = ("tocha", "bold $primary"), (f"   {TAGLINE}", "$text-muted")
        self.query_one("#masthead", Static).update(Content.assemble(*head))
        self._list.focus()

    @property
    def _list(self) -> LessonList:
        return self.query_one(LessonList)

    @on(events.ScreenResume)
    @work(exclusive=True)
    async def survey(self) -> None:
        """See how far one has come; when it differs from what is shown, show it."""
        lessons = self.lessons
        answer = await self._saving.read(lambda store: _survey(lessons, store))
        self.query_one(LessonPicture).look()
        if answer is None or answer == (self.progress, self._due):
            return
        is_first = self.progress is None
        found, self._due = answer
        self.progress = found
        if is_first and found.next and not self._list.highlighted:
            # Where to go on: enter opens it.
            self._list.go_to(found.next.lesson)
        with self.app.batch_update():
            self.query_one("#headline", Static).update(summary.headline(found))
            self._list.know({one.slug: one for one in found.lessons}, self._due)
        self._paint_card()
        self.refresh_bindings()

    @on(events.ScreenSuspend)
    def _covered(self) -> None:
        self.query_one(LessonPicture).rest()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._paint_card()
        self.query_one(LessonPicture).show(self._list.current)

    def _paint_card(self) -> None:
        lesson = self._list.current
        if lesson is None:
            self.query_one("#card-text", Static).update("No lesson has these words. esc shows all.")
            return
        known = {one.slug: one for one in self.progress.lessons} if self.progress else {}
        gap = "\n" if self.has_class("-narrow") and self.size.height < ROOMY else "\n\n"
        card = Content.assemble(
            (f"{lesson.title}{gap}", "bold $accent"),
            f"{lesson.summary}{gap}",
            ("\n".join(self._facts(lesson)), "$text-muted"),
            gap,
            summary.card(known.get(lesson.slug)),
        ).rstrip()
        if self.size.height >= TALL and not self.has_class("-narrow"):
            titles = [page.title for page in lesson.pages]
            room = self.query_one("#card-text").size.width
            card = Content.assemble(card, gap, summary.pages(titles, room))
        self.query_one("#card-text", Static).update(card)

    def on_resize(self, _event: events.Resize) -> None:
        """The card has more or less room."""
        self._paint_card()

    def _facts(self, lesson: Lesson) -> Iterator[str]:
        titles = {one.slug: one.title for one in self.lessons}
        yield ", ".join([f"{lesson.minutes} minutes", *lesson.concepts])
        if lesson.prerequisites:
            yield f"builds on {', '.join(titles.get(slug, slug) for slug in lesson.prerequisites)}"
        after = [one.title for one in self.lessons if lesson.slug in one.prerequisites]
        if after:
            yield f"leads to {', '.join(after)}"

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        if self._list.current is not None:
            self.app.open_lesson(self._list.current)  # type: ignore[attr-defined]

    def action_open_number(self, number: int) -> None:
        """Open a lesson by its number."""
        if number <= len(self.lessons):
            lesson = self.lessons[number - 1]
            self._list.go_to(lesson.slug)
            self.app.open_lesson(lesson)  # type: ignore[attr-defined]

    # Filter

    async def action_filter(self) -> None:
        """Type a word of what one looks for."""
        from tui.widgets.lesson_filter import LessonFilter

        if not self.query(LessonFilter):
            field = LessonFilter(self._look_for, self._selected)
            await self.query_one("#path").mount(field, before=0)
        self.query_one(LessonFilter).focus()

    def _look_for(self, words: str) -> None:
        self._list.filter(words)
        if self._list.current is None:
            self._paint_card()

    async def action_unfilter(self) -> None:
        """All lessons again."""
        await self.query("#filter").remove()
        self._list.filter("")
        self._list.focus()

    # Elsewhere

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
        self._list.action_cursor_down() if by > 0 else self._list.action_cursor_up()

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        status, engine = self.query_one(EngineStatus), self._runs.engine
        status.state, status.torch = message.state, engine.torch_version
        if message.state is State.READY and not status.device:
            self._runs.start(self, Experiment("devices", "summary"))
        elif message.state is State.FAILED:
            status.device = " ".join(list(engine.stderr)[-1:])
        self.query_one(LessonPicture).look()

    @on(RunEventReceived)
    def _device_found(self, message: RunEventReceived) -> None:
        match message.event:
            case Shown(view=view.Text(text=text)):
                self.query_one(EngineStatus).device = self._runs.here = text
