"""The base of both apps: themes, resizing, job control (ctrl+z), hang-ups (SIGHUP, SIGTERM)."""

from __future__ import annotations

import asyncio
import signal
import sys
import termios
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from rich.text import Text
from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.signal import Signal
from textual.timer import Timer

from tui.terminal import crash_report
from tui.terminal.driver import ScreenDiffDriver, chosen
from tui.terminal.last_resort import LastResort
from tui.terminal.shared_colors import share_colors
from tui.terminal.theme import THEMES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from engine.plots.options import Glyphs

Result = TypeVar("Result")

TERMINAL_CHECK_SECONDS = 2.0
"""How often the app asks whether its terminal is there: with SIGHUP ignored nobody says so."""

SETTLE_SECONDS, HURRY_SECONDS = 3.0, 0.8
"""How long leaving waits for what was typed before it, and how long where the terminal is gone."""

GONE_SECONDS = 1.0
"""A widget that has not taken a key after so long is no more."""

REST_SECONDS = 0.15
"""How long the window must keep its size to have come to rest."""


AT_ONCE = frozenset({"ctrl+q", "ctrl+l"})
"""Keys that wait for nothing."""


@runtime_checkable
class Expecting(Protocol):
    """A screen that cannot take what is typed before its text has come."""

    has_text: bool


class TerminalApp(App[Result], Generic[Result]):
    """An app on a terminal that may change, be left alone for a while, or vanish."""

    TITLE = "tocha"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "other_theme", "Other theme", show=False, id="theme"),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="suspend"),
        Binding("ctrl+l", "redraw", "Redraw", show=False, id="redraw"),
    ]

    def __init__(self) -> None:
        share_colors()
        super().__init__(driver_class=chosen())
        self.plot_glyphs: Glyphs | None = None
        self.plot_colors: str | None = None
        """What pictures are drawn with; None where that is to be found out."""
        self.glyphs_changed: Signal[Glyphs] = Signal(self, "glyphs")
        """Pictures that are open hear of other glyphs by it."""
        self._resting: Timer | None = None
        self._waiting: deque[events.Key | events.Paste] = deque()
        """What was typed before its screen could take it."""
        self._takes_up = False
        self._is_leaving = False
        self.has_left = False
        """Whether leaving has begun for good: screens are on their way out."""
        self._has_failed = False
        self._last_events: deque[str] = deque(maxlen=40)
        self._last_resort = LastResort(self.keep, self._give_back)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    async def on_event(self, event: events.Event) -> None:
        """What is typed waits for its screen, and for what was typed before."""
        if told := told_of(event):
            self._last_events.append(told)
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            waits = bool(self._waiting) or self._takes_up or not self._can_take()
            if waits and getattr(event, "key", "") not in AT_ONCE:
                self._waiting.append(event)
                self.take_up_keys()
                return
        await super().on_event(event)

    def _can_take(self) -> bool:
        return not isinstance(self.screen, Expecting) or self.screen.has_text

    def take_up_keys(self) -> None:
        """Pass on what was typed, key by key, as far as the screen can take it."""
        if self._waiting and self._can_take() and not self._takes_up:
            self._takes_up = True
            self.run_worker(self._pass_on_keys(), group="keys")

    async def _pass_on_keys(self) -> None:
        try:
            while self._waiting and self._can_take():
                await super().on_event(self._waiting.popleft())
                # A key of the app's own must not overtake a letter on its way to the editor.
                if self.focused is not None:
                    taken = asyncio.Event()
                    if self.focused.call_later(taken.set):
                        await taken_or_gone(taken)
        finally:
            self._takes_up = False

    def forget_keys(self) -> None:
        """What was typed was meant for a screen that does not come."""
        self._waiting.clear()

    def draw_with(self, glyphs: str | None, colors: str | None) -> None:
        """Take the learner's word for what the terminal can show."""
        if glyphs:
            self.draw_pictures_with(glyphs)
        self.plot_colors = colors

    def draw_pictures_with(self, glyphs: str) -> None:
        """Take another kind of glyphs; pictures that are open are drawn anew."""
        from engine.plots.options import Glyphs

        if glyphs in {kind.value for kind in Glyphs}:
            self.plot_glyphs = Glyphs(glyphs)
            self.glyphs_changed.publish(self.plot_glyphs)

    def mind_terminal(self) -> None:
        """Leave when the terminal goes away; paint afresh after ``fg``. Call once mounted."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()

        def heard(*_: object) -> None:
            # Python calls this also while the loop is busy with something else.
            self.arm()
            loop.call_soon_threadsafe(self.leave_in_a_hurry)

        for number in (signal.SIGHUP, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, heard)
        self.set_interval(TERMINAL_CHECK_SECONDS, self._leave_without_terminal)
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def leave_in_order(self) -> None:
        """End when all that was typed before has arrived where it belongs; again: at once."""
        if self._is_leaving:
            self.leave()
            return
        self._is_leaving = True
        self._settle_and_leave(SETTLE_SECONDS)

    def leave_in_a_hurry(self) -> None:
        """The same while nobody can wait for it any more."""
        self.arm()
        # Behind the keys that wait for the app itself.
        self.call_later(self._settle_and_leave, HURRY_SECONDS)

    @work(group="leaving")
    async def _settle_and_leave(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._settle()
        self.leave()

    async def _settle(self) -> None:
        """Wait until keys have become text, and its screen has heard of the change."""
        while self._waiting or self._takes_up:
            await asyncio.sleep(0.01)
        if self.focused is None:
            return
        # Twice where it is typed: first comes the letter, then that something has changed.
        for node in (self.focused, *self.focused.ancestors_with_self):
            taken = asyncio.Event()
            if node is not self and node.call_later(taken.set):
                await taken.wait()

    def leave(self) -> None:
        """End, keeping what there is to keep."""
        self.exit()

    def exit(
        self,
        result: Result | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """End; two seconds later the process is gone, whatever hangs."""
        self.has_left = True
        super().exit(result, return_code, message)
        self.arm()

    def named(self, error: BaseException) -> str:
        """An exception in a word, and what may be behind it."""
        return type(error).__name__

    def reports_folder(self) -> Path | None:
        """Where reports of faults go; None where there is no such place."""
        return None

    def _fatal_error(self) -> None:
        """An exception that nobody handled: write a report, say where, and leave."""
        if self._has_failed:
            return  # what comes of the first is not worth another sentence
        self._has_failed = True
        error, folder = sys.exc_info()[1], self.reports_folder()
        if self.is_headless or error is None or folder is None:
            super()._fatal_error()
            return
        columns, rows = self.size
        where = f"{type(self.screen).__name__}, {columns}×{rows}" if self.screen_stack else "start"
        sentence = f"Tocha has failed: {self.named(error)}. What was written is kept. "
        try:
            path = crash_report.write(folder, error, where, self._last_events)
            sentence += f"The report is {path}; tocha doctor --last-report shows it."
        except Exception as another:  # whatever it is: it must not hide the first
            sentence += f"The report could not be written: {another}."
        self.panic(Text(sentence))
        self.arm()

    def keep(self) -> str:
        """Keep what was typed, within a second; called from a thread of its own.

        A sentence where that did not work.
        """
        return ""

    def arm(self) -> None:
        """Leaving has begun: two seconds later the process is gone. From any thread."""
        if isinstance(self._driver, ScreenDiffDriver):
            self._last_resort.arm(lambda: self.return_code or 0)

    def _give_back(self) -> None:
        if isinstance(self._driver, ScreenDiffDriver):
            self._driver.give_back()

    def line_words(self) -> str:
        """What goes over the line to the terminal, in a sentence."""
        if isinstance(self._driver, ScreenDiffDriver):
            return self._driver.traffic.words(time.monotonic())
        return "Nothing is known of the line: the driver is not Tocha's own."

    def _leave_without_terminal(self) -> None:
        try:
            termios.tcgetattr(0)
        except termios.error:
            self.leave_in_a_hurry()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """While one types, ctrl+z takes back what was typed."""
        return action != "suspend_process" or not hasattr(self.focused, "action_undo")

    def action_other_theme(self) -> None:
        """Dark, light, of high contrast, and dark again."""
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]

    def on_resize(self, _event: events.Resize) -> None:
        """Paint everything when the window has come to rest.

        A terminal made smaller and larger again within one frame has lost cells, and neither
        Textual nor the driver could know.
        """
        if self._resting is None:
            # The first size is no change: everything is about to be painted.
            self._resting = self.set_timer(REST_SECONDS, self._rest, pause=True)
        else:
            self._resting.stop()
            self._resting = self.set_timer(REST_SECONDS, self._rest)

    def _rest(self) -> None:
        """Believe the terminal, not the last one that told its size: a signal that comes while
        another is told is told first, and the older size last."""
        if isinstance(self._driver, ScreenDiffDriver):
            size = Size(*self._driver.terminal_size)
            if size != self.size:
                self.post_message(events.Resize(size, size))
                return
        self.action_redraw()

    def action_redraw(self) -> None:
        """Paint everything again, after something else wrote on the terminal."""
        if isinstance(self._driver, ScreenDiffDriver):
            self._driver.forget()
        self.refresh(layout=True)


async def taken_or_gone(taken: asyncio.Event) -> None:
    """Wait for a widget; one that is on its way out may never come to it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GONE_SECONDS):
            await taken.wait()


def told_of(event: events.Event) -> str:
    """An event in a report: a letter is a letter, whichever it is."""
    match event:
        case events.Key(key=key):
            return key if (len(key) > 1 and event.character is None) or "+" in key else "a letter"
        case events.Paste(text=text):
            return f"a paste of {len(text)}"
        case events.Resize(size=size):
            return f"resize {size.width}×{size.height}"
        case events.MouseDown():
            return "mouse"
    return ""
