"""A fault of Tocha's own gives the terminal back, keeps what was typed, and leaves a report."""

from __future__ import annotations

import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from lessons.store import REPORTS, open_store
from tests.conftest import Opener
from tests.environment import clean
from tests.terminal import LEFT_ALTERNATE_SCREEN, TOCHA


def last_report(home: Path) -> subprocess.CompletedProcess[str]:
    """What the command shows."""
    command = [*TOCHA, "doctor", "--last-report"]
    return subprocess.run(command, env=clean(home), capture_output=True, text=True)


def test_a_fault_of_its_own_is_told_in_a_sentence(open_terminal: Opener) -> None:
    terminal = open_terminal(sys.executable, "-P", "-m", "tests.app.failing")
    terminal.until("ctrl+r runs the code")
    terminal.press(*"wq")
    assert terminal.exit_status() == 1
    assert terminal.modes == terminal.modes_before
    assert LEFT_ALTERNATE_SCREEN in terminal.raw
    said = " ".join(terminal.text.split())
    assert "Tocha has failed: LookupError. What was written is kept." in said
    assert "Traceback" not in said
    assert terminal.left_alive() == []
    with closing(open_store(terminal.home)) as store:
        assert store.drafts.all()[0].text.startswith("wq")

    (report,) = (terminal.home / REPORTS).iterdir()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "LookupError: 31" in text
    assert "ScratchScreen, 120×40" in text
    assert "a letter, a letter" in text
    assert "the learner wrote this" not in text

    shown = subprocess.run(
        [*TOCHA, "doctor", "--last-report"],
        env=clean(terminal.home),
        capture_output=True,
        text=True,
    )
    assert shown.stdout == f"{report}\n\n{text}\n"


def test_without_a_fault_there_is_no_report(tmp_path: Path) -> None:
    shown = last_report(tmp_path)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert "no report" in shown.stdout
