"""Types drafts and records runs until it is killed; says what it did, and when.

    python -m tests.store.typist FOLDER SETTLE_SECONDS

Each line: what ("draft" or "run"), a number, and the time on the monotonic clock.
"""

import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from lessons.store import Curve, Run, Store
from tui.state import saving
from tui.state.saving import Saving

LINE = "loss.backward()  # and then the optimizer takes one step\n"


def text(number: int) -> str:
    """A draft of a length that changes, with its number in its first line."""
    return f"{number}\n" + LINE * (1 + number * 37 % 300)


def record(number: int) -> Callable[[Store], None]:
    """A run with a curve that fills a few pages of the database."""
    curve = Curve("loss", range(number, number + 400), [float(number)] * 400, length=400)
    run = Run(experiment="training.fit", knobs={"number": number}, uid=f"run {number}")
    return lambda store: store.runs.add(run, [curve], [bytes([number % 256]) * 3000])


def say(what: str, number: int) -> None:
    """One line, at once: after a kill nothing more is said."""
    sys.stdout.write(f"{what} {number} {time.monotonic()}\n")
    sys.stdout.flush()


def main(folder: Path, settle: float) -> None:
    """Never ends by itself."""
    saving.SETTLE_SECONDS = settle
    pen = Saving(folder)
    pen.start()
    pace = time.monotonic()
    for number in count():
        pen.draft("training/first-loop", text(number))
        say("draft", number)
        if number % 10 == 0:
            pen.write(record(number))
            say("run", number)
        pace += 0.004
        time.sleep(max(0.0, pace - time.monotonic()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
