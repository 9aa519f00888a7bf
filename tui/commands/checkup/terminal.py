"""The terminal: its size, colours, glyphs, synchronised output, how far away it is; tmux."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from engine.plots.output import detect_colors
from tui.commands.checkup.line import Line, fault, ok, warning
from tui.terminal.colorless import told

LEAST_COLUMNS, LEAST_ROWS = 56, 16
"""What `tui.screens.page_screen` asks for; importing it would import Textual."""

GOOD_COLUMNS, GOOD_ROWS = 80, 24

ANSWER_SECONDS = 1.5
"""A terminal that does not answer in this time does not answer."""

ROUNDS = 5

CURSOR = re.compile(rb"\x1b\[(\d+);(\d+)R")
MODE = re.compile(rb"\x1b\[\?2026;(\d)\$y")

SAMPLES = {"braille": "⠿", "half block": "▀", "box": "┼", "mark": "●"}
"""What pictures are made of: each must be one cell wide."""

SLOW_SECONDS = 0.15
ESCAPE_MILLISECONDS = 50


def look() -> Iterator[Line]:
    """Everything about the terminal; without one, that there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "Run tocha doctor in the terminal you learn in."
        yield warning("terminal", "standard input or output is no terminal", remedy)
    elif os.environ.get("TERM", "dumb") == "dumb":
        remedy = "Use a terminal that can move its cursor, or tocha run … --plain."
        yield fault("terminal", f"TERM is {os.environ.get('TERM', 'not set')!r}", remedy)
    else:
        yield size()
        yield colors()
        yield encoding()
        with answering() as terminal:
            found = list(asked(terminal))
        yield from found  # only now: lines printed in raw mode form a staircase
    yield from tmux()


def size() -> Line:
    """Columns and rows."""
    columns, rows = shutil.get_terminal_size()
    fact = f"{columns} columns, {rows} rows"
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        return fault("size", fact, f"Make the window at least {LEAST_COLUMNS} by {LEAST_ROWS}.")
    if columns < GOOD_COLUMNS or rows < GOOD_ROWS:
        return warning("size", fact, f"From {GOOD_COLUMNS} by {GOOD_ROWS} on it is comfortable.")
    return ok("size", fact)


def colors() -> Line:
    """How many colours the environment promises."""
    term, found = os.environ.get("TERM", ""), detect_colors(told(os.environ), terminal=True)
    fact = f"{found}, from TERM={term}"
    if os.environ.get("COLORTERM"):
        fact += f" and COLORTERM={os.environ['COLORTERM']}"
    if found == "none" or os.environ.get("NO_COLOR"):
        return ok("colours", f"{fact}, NO_COLOR is set" if os.environ.get("NO_COLOR") else fact)
    if found in ("truecolor", "256"):
        return ok("colours", fact)
    remedy = "If your terminal has more: export TERM=xterm-256color COLORTERM=truecolor"
    return warning("colours", fact, remedy)


def encoding() -> Line:
    """Whether text is UTF-8 on its way to the terminal."""
    found = (sys.stdout.encoding or "").lower()
    if "utf" in found:
        return ok("encoding", found)
    return fault("encoding", found or "unknown", "Run: export LC_ALL=C.UTF-8")


class Answers:
    """Asks the terminal and reads what it says, with the terminal in raw mode."""

    def __init__(self, fd: int, out: int) -> None:
        self._fd, self._out = fd, out
        self._read = bytearray()

    def ask(self, query: str, answer: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Write a query and wait for its answer; None when none comes."""
        os.write(self._out, query.encode())
        end = time.monotonic() + ANSWER_SECONDS
        while (found := answer.search(bytes(self._read))) is None:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._fd], [], [], left)[0]:
                return None
            self._read += os.read(self._fd, 1024)
        del self._read[: found.end()]
        return found


@contextmanager
def answering() -> Iterator[Answers]:
    """The terminal in raw mode, put back however this ends; what it still says is thrown away."""
    fd, out = sys.stdin.fileno(), sys.stdout.fileno()
    before = termios.tcgetattr(fd)
    sys.stdout.flush()
    try:
        tty.setraw(fd)
        yield Answers(fd, out)
    finally:
        termios.tcsetattr(fd, termios.TCSAFLUSH, before)


def asked(terminal: Answers) -> Iterator[Line]:
    """What only the terminal itself can tell."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        if terminal.ask("\x1b[6n", CURSOR) is None:
            remedy = "It may be slow or very simple; tocha works without its answers."
            yield warning("round trip", "the terminal does not answer", remedy)
            return
        times.append(time.perf_counter() - began)
    yield from glyphs(terminal)
    yield synchronised(terminal)
    yield distance(median(times))


def glyphs(terminal: Answers) -> Iterator[Line]:
    """Print one of each and ask how far the cursor went."""
    wrong = []
    for name, glyph in SAMPLES.items():
        at = terminal.ask(f"\r{glyph}\x1b[6n", CURSOR)
        os.write(sys.stdout.fileno(), b"\r\x1b[K")
        if at is None or int(at[2]) != 2:
            wrong.append(name)
    samples = " ".join(SAMPLES.values())
    if wrong:
        remedy = (
            "Set the terminal to UTF-8 with narrow ambiguous characters, or use --glyphs ascii."
        )
        yield fault("glyphs", f"not one cell wide: {', '.join(wrong)}", remedy)
    else:
        yield ok("glyphs", f"{samples}  one cell each; if you see boxes here, change the font")


def synchronised(terminal: Answers) -> Line:
    """Whether the terminal can show a frame at once (mode 2026)."""
    # The cursor's place is asked for too: a terminal that does not know the mode keeps silent.
    answer = re.compile(MODE.pattern + rb"|" + CURSOR.pattern)
    found = terminal.ask("\x1b[?2026$p\x1b[6n", answer)
    known = found is not None and found[1] in (b"1", b"2")
    if found is not None and found[1] is not None:
        terminal.ask("", CURSOR)
    if known:
        return ok("whole frames", "synchronised output (mode 2026)")
    return ok("whole frames", "no synchronised output: a frame may be seen half painted")


def distance(seconds: float) -> Line:
    """How long the terminal takes to answer."""
    fact = f"{seconds * 1000:.1f} ms"
    if os.environ.get("TMUX"):
        return ok("round trip", f"{fact} (tmux answers, not your terminal)")
    if seconds > SLOW_SECONDS:
        return warning("round trip", fact, "A far link: ssh -C and tmux make it feel nearer.")
    return ok("round trip", fact)


def tmux() -> Iterator[Line]:
    """tmux's settings where it matters; outside, that it would help."""
    if not os.environ.get("TMUX"):
        if os.environ.get("SSH_CONNECTION"):
            remedy = "Nothing is lost when the link drops; inside tmux the app itself goes on too."
            yield warning("tmux", "not used, over ssh", remedy)
        else:
            yield ok("tmux", "not used")
        return
    settings = tmux_settings()
    wrong = []
    if int(settings.get("escape-time", "0") or 0) > ESCAPE_MILLISECONDS:
        wrong.append("set -s escape-time 10")
    if settings.get("focus-events") == "off":
        wrong.append("set -g focus-events on")
    version = tmux_output("-V")
    if wrong:
        remedy = f"In ~/.tmux.conf: {'; '.join(wrong)}"
        yield warning("tmux", f"{version}, escape-time {settings.get('escape-time')} ms", remedy)
    else:
        yield ok("tmux", version)


def tmux_settings() -> dict[str, str]:
    """tmux's server and session options by name."""
    lines = [*tmux_output("show", "-s").splitlines(), *tmux_output("show", "-g").splitlines()]
    return dict(line.split(" ", 1) for line in lines if " " in line)


def tmux_output(*arguments: str) -> str:
    """What tmux says; "" when it cannot be asked."""
    try:
        done = subprocess.run(
            ["tmux", *arguments], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
