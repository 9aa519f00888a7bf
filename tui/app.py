"""The app: its themes, its screens, and the engine behind them."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from engine.process import limits
from engine.process.client import State
from engine.process.protocol import Check, Script
from lessons.format import catalog
from lessons.format.catalog import Introduced
from lessons.format.exercises import Exercise
from lessons.format.schema import Experiment, Lesson, Value
from lessons.learner.progress import page_running
from lessons.store import REPORTS, Run, data_folder
from tui.messages import EngineChanged, SavingChanged
from tui.screens.home import HomeScreen
from tui.state.engine_runs import Runs
from tui.state.saving import OPEN_EXERCISE, OPEN_LESSON, Saving, words_of_loss
from tui.terminal.base_app import TerminalApp

if TYPE_CHECKING:
    from textual.command import Provider

    from engine.plots import Glyphs

BUGS = "training/name-the-fault"
"""The page with the faults of a training loop."""

NOTICE_SECONDS = 12.0
"""How long a sentence about saving stays."""


@runtime_checkable
class Unfinished(Protocol):
    """A screen with something under way."""

    def cut_short(self) -> None:
        """End it and keep what there is."""


def pages() -> type[Provider]:
    """The palette's pages, looked for when it opens."""
    from tui.screens.page_palette import Pages

    return Pages


class TochaApp(TerminalApp[None]):
    """Paints at once, then starts the engine; never imports torch."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f2"
    COMMANDS = TerminalApp.COMMANDS | {pages}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", key_display="?", id="help"),
        Binding("colon,f2", "command_palette", "Commands", show=False, id="palette"),
        Binding("g", "glossary", "Glossary", show=False, id="glossary"),
        Binding("f6", "glyph_test", "Glyph test", show=False, id="glyph-test"),
        Binding("q", "quit", "Quit", id="quit-here"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
    ]

    def __init__(
        self,
        saving: Saving | None = None,
        *,
        first: Callable[[TochaApp], None] | None = None,
    ) -> None:
        """``first`` opens what was asked for; without it the app goes on where it was left."""
        super().__init__()
        self.saving = saving or Saving()
        self._settings = self.saving.ask(lambda store: store.settings.all())
        self.runs = Runs(self._engine_changed)
        self._first = first
        self._was_said = False

    def on_mount(self) -> None:
        """The first screen; the engine starts when it has been painted."""
        self.saving.on_notice = self._saving_changed
        self._say_saving(SavingChanged(self.saving.notice))
        self.push_screen(HomeScreen(catalog.lessons(), self.runs, self.saving))
        if self._first is not None:
            self._first(self)
        self.run_worker(self._take_up())
        self.mind_terminal()
        self.call_after_refresh(self._start_engine)

    async def _start_engine(self) -> None:
        gc.freeze()
        gc.enable()
        # Not earlier: its thread would take time from the first paint.
        self.saving.start()
        await self.runs.engine.start()

    def _engine_changed(self, state: State) -> None:
        for screen in self.screen_stack:
            screen.post_message(EngineChanged(state))

    async def _take_up(self) -> None:
        """Go on where the app was left, unless the learner has already gone elsewhere."""
        with suppress(TimeoutError):
            settings = await asyncio.wait_for(asyncio.wrap_future(self._settings), 5.0)
            self.theme = str(settings.get("theme", self.theme))
            if self.plot_glyphs is None and "glyphs" in settings:
                self.draw_pictures_with(str(settings["glyphs"]))
            self.runs.device = str(settings.get("device", ""))
            slug = settings.get(OPEN_LESSON)
            found = [lesson for lesson in catalog.lessons() if lesson.slug == slug]
            if isinstance(self.screen, HomeScreen) and self._first is None:
                self._take_up_places(found, str(settings.get(OPEN_EXERCISE, "")))

    def _take_up_places(self, found: list[Lesson], exercise: str) -> None:
        """Open the lesson that was open, and the exercise over it."""
        if found:
            self.open_lesson(found[0])
        if exercise:
            with suppress(catalog.Unknown):
                self.open_exercise(catalog.exercise(exercise))

    def open_lesson(self, lesson: Lesson, page: int | None = None) -> None:
        """Show a lesson over home, where it was left or at a page counted from 0."""
        # Not at the top: these bring the plot layer, which the first screen does without.
        from tui.screens.lesson import LessonScreen
        from tui.state.lesson_record import LessonRecord

        self.push_screen(LessonScreen(self.runs, LessonRecord(self.saving, lesson, page)))

    def jump(self, lesson: Lesson, page: int) -> None:
        """Go to a page, counted from 0; a lesson that is open is left for it."""
        from tui.screens.lesson import LessonScreen

        if isinstance(self.screen, LessonScreen):
            self.screen.cut_short()
            self.pop_screen()
        self.open_lesson(lesson, page)

    def action_command_palette(self) -> None:
        """Open the palette; Textual's own fails while the last one is still on its way out."""
        from tui.screens.leaving import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):
            self.push_screen(Palette())

    def action_glossary(self) -> None:
        """The terms of the course; the page of one that is chosen opens."""
        from tui.screens.glossary import GlossaryScreen

        def opened(found: Introduced | None) -> None:
            if found is not None:
                self.jump(found.lesson, found.page)

        self.push_screen(GlossaryScreen(), opened)

    def action_glyph_test(self) -> None:
        """What pictures are drawn with, seen and chosen; the choice is kept."""
        from engine.plots import detect_glyphs
        from tui.screens.glyph_test import GlyphTestScreen

        now = self.plot_glyphs or detect_glyphs(os.environ, self.console.encoding)

        def taken(chosen: Glyphs | None) -> None:
            if chosen is not None:
                name = chosen.value
                self.draw_pictures_with(name)
                self.saving.write(lambda store: store.settings.set("glyphs", name), "glyphs")

        if not isinstance(self.screen, GlyphTestScreen):
            self.push_screen(GlyphTestScreen(now), taken)

    def open_scratch(self, path: Path | None = None, program: str = "", name: str = "") -> None:
        """Show the page for a file, or for a program of the course with its name, or a free one."""
        from tui.screens.scratch import ScratchScreen
        from tui.state.scratch_file import ScratchPage

        self.push_screen(ScratchScreen(ScratchPage(self.saving, path, program, name), self.runs))

    def open_scope(self, job: Check | Script, title: str, seed: int = 0) -> None:
        """Put code under the microscope."""
        from tui.screens.scope import ScopeScreen

        self.push_screen(ScopeScreen(self.runs, job, title, seed))

    def open_copy(self, experiment: Experiment, knobs: dict[str, Value], seed: int = 0) -> None:
        """Copy an experiment, as a program that runs alone, onto a page of its own."""
        from lessons.format.program import program

        name = f"{experiment.topic}.{experiment.id}"
        text = program(experiment.title, experiment.topic, experiment.function, knobs, seed)
        self.open_scratch(program=text, name=name)

    def open_gallery(self) -> None:
        """Show every kind of picture."""
        from tui.screens.gallery import GalleryScreen

        self.push_screen(GalleryScreen())

    def open_museum(self, first: str = "") -> None:
        """Show the errors the doctor knows; ``first`` is the id of the one to begin with."""
        from tui.screens.museum import MuseumScreen

        if isinstance(self.screen, MuseumScreen):
            self.screen.go_to(first)
        else:
            self.push_screen(MuseumScreen(self.runs, self.saving, first))

    def open_bench(self, address: str = BUGS) -> None:
        """Show every preset of a page in one list; without an address the faults of training."""
        from tui.screens.bench import BenchScreen

        found = catalog.page(address)
        if found is not None and not isinstance(self.screen, BenchScreen):
            self.push_screen(BenchScreen(self.runs, self.saving, *found))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers besides Textual's own."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Scratch page", "Run any code of your own", self.open_scratch)
        yield SystemCommand("Museum", "The errors beginners meet, run and repaired",
                            self.open_museum)  # fmt: skip
        yield SystemCommand("Bug bench", "A sound loop and a broken one, side by side",
                            self.open_bench)  # fmt: skip
        yield SystemCommand("Glyph test", "What this terminal can show pictures with: F6",
                            self.action_glyph_test)  # fmt: skip
        yield SystemCommand("The line", "What goes over it: bytes and frames a second, round trip",
                            lambda: self.notify(self.line_words()))  # fmt: skip
        yield from self._key_commands(screen)

    def _key_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the keys of a screen do, each once, where it does something now."""
        actions: set[str] = set()
        for node, binding, enabled, _ in screen.active_bindings.values():
            if node is screen and enabled and binding.show and binding.action not in actions:
                actions.add(binding.action)
                told = f"Key {self.get_key_display(binding)}"
                run = partial(self._act_on, screen, binding.action)
                yield SystemCommand(binding.description, told, run)

    async def _act_on(self, screen: Screen[object], action: str) -> None:
        """Do what a key of a screen does, unless the screen has been left meanwhile."""
        if screen in self.screen_stack:
            await self.run_action(action, screen)

    def open_exercise(self, exercise: Exercise, *, instead: bool = False) -> None:
        """Show an exercise over what is there, or instead of the exercise that is."""
        from tui.screens.exercise import ExerciseScreen

        screen = ExerciseScreen(exercise, self.runs, self.saving)
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def jump_to_exercise(self, exercise: Exercise) -> None:
        """Go to an exercise; one that is open is left for it."""
        from tui.screens.exercise import ExerciseScreen

        self.open_exercise(exercise, instead=isinstance(self.screen, ExerciseScreen))

    def run_again(self, run: Run | None) -> None:
        """Open the page of a kept run; its knobs are set and it starts."""
        from tui.screens.lesson import LessonScreen
        from tui.state.lesson_record import LessonRecord

        found = page_running(catalog.lessons(), run.experiment) if run else None
        if found is not None:
            lesson, page = found
            self.push_screen(LessonScreen(self.runs, LessonRecord(self.saving, lesson, page), run))

    def _saving_changed(self, sentence: str) -> None:
        """Called from the thread that saves."""
        self.post_message(SavingChanged(sentence))

    @on(SavingChanged)
    def _say_saving(self, message: SavingChanged) -> None:
        if message.sentence:
            self.notify(message.sentence, severity="warning", timeout=NOTICE_SECONDS)
        elif self._was_said:
            self.notify("Saving works again.", timeout=NOTICE_SECONDS)
        self._was_said = bool(message.sentence)

    def action_help(self) -> None:
        """The keys of this screen."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_other_theme(self) -> None:
        """Dark, light, of high contrast; the choice is kept."""
        super().action_other_theme()
        theme = self.theme
        self.saving.write(lambda store: store.settings.set("theme", theme), "theme")

    async def action_quit(self) -> None:
        """Leave; the engine and its runs end first."""
        self.leave_in_order()

    def leave(self) -> None:
        """Write down what is under way, then end."""
        for screen in self.screen_stack:
            if isinstance(screen, Unfinished):
                screen.cut_short()
        self.exit()

    def named(self, error: BaseException) -> str:
        """With the limit of this shell that was in the way, if one was."""
        return ": ".join(filter(None, [super().named(error), limits.of(error)]))

    def reports_folder(self) -> Path:
        """Beside the learner's progress."""
        return data_folder() / REPORTS

    def keep(self) -> str:
        """Write what was typed, though the app hangs."""
        self.saving.finish(1.0)
        return words_of_loss(self.saving.unkept) if self.saving.unkept else ""

    async def on_unmount(self) -> None:
        """However the app ends, nothing of the engine outlives it."""
        await self.saving.close()
        with suppress(OSError):
            await self.runs.engine.close()
