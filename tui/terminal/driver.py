"""Textual's Linux driver on a line that may be slow, stalled or dead.

What Textual writes goes into a `ScreenDiff`; what the terminal does not show yet is sent when
`Pacing` says so, by a `Writer` that nobody waits for. Input ends when the terminal does.
"""

from __future__ import annotations

import asyncio
import os
import select
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.erasing import erases_in_color
from tui.terminal.no_color import Uncolored
from tui.terminal.pacing import QUESTION, Pacing
from tui.terminal.pastes import Pastes
from tui.terminal.screen_diff import ScreenDiff
from tui.terminal.traffic import Traffic
from tui.terminal.typed import Typed
from tui.terminal.writer import Writer

POLL_MILLISECONDS = 100
"""How long a lone escape waits to be told from the beginning of a key's sequence."""

ESCAPE = "\x1b"

FAREWELL_SECONDS = 0.5
"""How long the line may take to accept what gives the terminal back."""

FAREWELL = b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
"""Modes off, the other screen away, the cursor back."""

TYPED = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


class ScreenDiffDriver(LinuxDriver):
    """Keeps the terminal at the newest frame. ``TOCHA_DRIVER=stock`` does without."""

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._leaving = getattr(app, "leave_in_a_hurry", app.exit)
        self._arm = getattr(app, "arm", lambda: None)
        self._post = app.post_message
        uncolored = Uncolored(lambda: app.theme_variables) if app.no_color else None
        erases = erases_in_color(self.fileno)
        self._diff = ScreenDiff(*self._get_terminal_size(), uncolored, erases)
        self._pacing = Pacing()
        self.traffic = Traffic(time.monotonic())
        self._writer: Writer | None = None
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._pump_at: asyncio.Handle | None = None
        self._later: asyncio.TimerHandle | None = None
        self._own_modes: list[Any] | None = None
        """How the terminal is while it is ours; None while it is not."""

    # Output

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._own_loop = asyncio.get_running_loop()
        assert sys.__stderr__ is not None
        fd = sys.__stderr__.fileno()
        self._writer = Writer(fd, lambda: self._tell(self._pump), self._gone)
        self._pacing.forget()
        self._diff.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        with suppress(termios.error):
            self._own_modes = termios.tcgetattr(self.fileno)

    def resume_application_mode(self) -> None:
        """Take the terminal back. Who was stopped from outside (SIGSTOP) has never given it away:
        another thread that reads keys, beside the one there is, would mix them up."""
        if self._own_modes is None:
            super().resume_application_mode()
            return
        with suppress(termios.error):
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._own_modes)
        self.forget()
        self._tell(self._post, self.SignalResume())

    @property
    def terminal_size(self) -> tuple[int, int]:
        """Columns and rows, as the terminal has them now."""
        return self._get_terminal_size()

    def write(self, data: str) -> None:
        """Have the terminal show this, unless something newer comes first."""
        size = self.terminal_size
        if size != (self._diff.columns, self._diff.rows):
            self._diff = self._diff.resized(*size)
        self._diff.feed(data)
        if self._pump_at is None and self._own_loop is not None:
            # A frame comes in parts; and a signal may have interrupted the loop itself.
            self._pump_at = self._own_loop.call_soon_threadsafe(self._pump)

    def _pump(self) -> None:
        """Send what the terminal does not show, if it may be sent now."""
        self._pump_at = None
        now = time.monotonic()
        if self._writer is None or self._writer.backlog:
            return
        if not self._pacing.may_send(now):
            self._look_again(now)
        elif text := self._diff.take():
            if self.input_tty and self._pacing.asks(now):
                text += QUESTION
            self._send(text, now)

    def _look_again(self, now: float) -> None:
        at = self._pacing.waits_until(now)
        if self._later is not None:
            self._later.cancel()
        if self._own_loop is not None and at is not None:
            self._later = self._own_loop.call_later(at - now, self._pump)

    def _send(self, text: str, now: float) -> None:
        assert self._writer is not None
        data = text.encode(errors="replace")
        self.traffic.sent(now, len(data))
        self._writer.write(data)

    def forget(self) -> None:
        """Something else has written on the terminal."""
        self._diff.forget()

    def stop_application_mode(self) -> None:
        """Give the terminal back; frames that were not sent yet are not needed any more."""
        self._own_modes = None
        self._diff = self._diff.resized(self._diff.columns, self._diff.rows)
        super().stop_application_mode()
        if self._writer is not None:
            self._send(self._diff.take(), time.monotonic())

    def give_back(self) -> None:
        """The same in a hurry, when the app itself hangs: from any thread, without waiting."""
        with suppress(termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        if self._writer is not None:
            self._writer.write(FAREWELL)
            self._writer.close(0.1)

    def close(self) -> None:
        """End the threads; a line that accepts nothing is not waited for."""
        super().close()
        if self._writer is not None:
            self._writer.close(FAREWELL_SECONDS)
            self._writer = None

    # Input

    def run_input_thread(self) -> None:
        """Read keys until the app leaves, or the terminal does."""
        parser = Typed()
        pastes = Pastes(max(1, round(constants.ESCAPE_DELAY * 1000 / POLL_MILLISECONDS)))
        for text in self._read():
            if not text:
                # What the parser waits for, first: then it is at the beginning of a key.
                self._pass_on(parser.tick())
            for is_paste, part in pastes.split(text):
                if is_paste:
                    self._pass_on([events.Paste(part)])
                elif part == ESCAPE and not text:
                    self._pass_on([events.Key("escape", ESCAPE)])
                elif part:
                    self._pass_on(parser.feed(part))

    def _pass_on(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def _read(self) -> Iterator[str]:
        """What is typed, in pieces; an empty one now and then while nothing is."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        watched = select.poll()
        watched.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set():
            if not watched.poll(POLL_MILLISECONDS):
                yield ""
                continue
            try:
                data = os.read(self.fileno, 65536)
            except OSError:
                data = b""
            if not data:
                self._gone()
                return
            yield decode(data)

    def process_message(self, message: Message) -> None:
        """Pass a message on; an answer to our own question stays here. Called in the thread."""
        now = time.monotonic()
        if isinstance(message, events.CursorPosition):
            self._tell(self._answered, now)
            return
        if isinstance(message, TYPED):
            self._pacing.key(now)
        super().process_message(message)

    def _answered(self, then: float) -> None:
        self._pacing.answered(then)
        self.traffic.round_trip = self._pacing.round_trip
        self._pump()

    # Both

    def _tell(self, function: Any, *arguments: Any) -> None:
        """Call in the app's loop, from any thread; nothing happens when there is none any more."""
        if self._own_loop is not None and not self._own_loop.is_closed():
            self._own_loop.call_soon_threadsafe(function, *arguments)

    def _gone(self) -> None:
        """The terminal is no more. Called in a thread: a loop that hangs hears nothing of it."""
        self._arm()
        self._tell(self._leaving)


def chosen() -> type[LinuxDriver] | None:
    """The driver to use; None for Textual's own choice."""
    return None if os.environ.get("TOCHA_DRIVER") == "stock" else ScreenDiffDriver
