"""Home: the lessons, what is here, how the engine is."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from engine import views as view
from engine.process.client import State
from engine.process.protocol import Experiment, Shown
from lessons.schema import Lesson
from tui.messages import EngineChanged, RunSpoke
from tui.runs import Runs
from tui.screens.page_screen import PageScreen
from tui.widgets.engine_status import EngineStatus

TAGLINE = "Learn PyTorch by running it."


class LessonList(OptionList):
    """The lessons; enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", id="open")]


class HomeScreen(PageScreen):
    """A list of lessons and a card about the one under the cursor."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor(1)", "Down", show=False),
        Binding("k", "cursor(-1)", "Up", show=False),
        *(Binding(str(n), f"open_number({n})", f"Lesson {n}", show=False) for n in range(1, 10)),
    ]

    def __init__(self, lessons: list[Lesson], runs: Runs) -> None:
        super().__init__()
        self.lessons = lessons
        self._runs = runs

    def compose_page(self) -> ComposeResult:
        yield Static(id="masthead")
        with Horizontal(id="home"):
            yield LessonList(id="lessons", compact=True)
            with Vertical(id="card"):
                yield Static(id="card-text")
        yield EngineStatus()
        yield Footer(compact=True, show_command_palette=False)

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
        return Content.assemble(
            (f" {number}  ", "$text-muted"),
            (f"{lesson.title}\n", "bold"),
            (f"    {lesson.minutes} min", "$text-muted"),
        )

    @on(OptionList.OptionHighlighted)
    def _show_card(self, event: OptionList.OptionHighlighted) -> None:
        lesson = self.lessons[event.option_index]
        facts = [f"{lesson.minutes} minutes", ", ".join(lesson.concepts)]
        if lesson.prerequisites:
            facts.append(f"builds on {', '.join(lesson.prerequisites)}")
        card = Content.assemble(
            (f"{lesson.title}\n\n", "bold $accent"),
            f"{lesson.summary}\n\n",
            ("\n".join(filter(None, facts)), "$text-muted"),
        )
        self.query_one("#card-text", Static).update(card)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.app.open_lesson(self.lessons[event.option_index])  # type: ignore[attr-defined]

    def action_open_number(self, number: int) -> None:
        """Open a lesson by its number."""
        if number <= len(self.lessons):
            self.query_one(OptionList).highlighted = number - 1
            self.query_one(OptionList).action_select()

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

    @on(RunSpoke)
    def _device_found(self, message: RunSpoke) -> None:
        match message.event:
            case Shown(view=view.Text(text=text)):
                self.query_one(EngineStatus).device = text
