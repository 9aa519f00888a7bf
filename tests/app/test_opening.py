"""The app opens in a real terminal, on what was asked for, and leaves it as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.conftest import PRACTICE
from tests.app.reading import ended
from tests.conftest import Opener
from tests.environment import ROOT, clean, marked
from tests.terminal import LEFT_ALTERNATE_SCREEN, SHOWN_CURSOR, TOCHA, Terminal

pytestmark = pytest.mark.cold


def test_it_opens_on_home_and_leaves_the_terminal_as_it_was(open_terminal: Opener) -> None:
    terminal = open_terminal()
    terminal.until("Training")
    terminal.until("engine ready")
    terminal.until("torch 2.")
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert terminal.modes == terminal.modes_before
    assert LEFT_ALTERNATE_SCREEN in terminal.raw
    assert SHOWN_CURSOR in terminal.raw
    assert terminal.left_alive() == []


@pytest.mark.parametrize("words", [(), ("training",)])
def test_opening_costs_a_slow_line_little(open_terminal: Opener, words: tuple[str, ...]) -> None:
    terminal = open_terminal(*TOCHA, *words)
    terminal.until("engine ready" if not words else "Press r to run")
    terminal.until_quiet(1.0)
    assert terminal.received < 12_000


def test_what_textual_cannot_read_leaves_the_keys_alive(open_terminal: Opener) -> None:
    terminal = open_terminal()
    terminal.until("Training")
    # A key's release, and a character that there is none of.
    terminal.press("\x1b[57441;1:3u", "\x1b[99999999u", "g")
    terminal.until("Glossary")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0


def test_a_lesson_can_be_opened_by_its_name(open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, "training")
    terminal.until("Training   1/")
    terminal.until("Press r to run")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0


def test_a_run_asked_for_early_waits_visibly_and_then_runs(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill")
    server = hold_server(terminal)
    terminal.until("A short one")
    terminal.press("r")
    terminal.until("◌ waiting for the engine")
    os.kill(server, signal.SIGCONT)
    terminal.until(ended())


def hold_server(terminal: Terminal) -> int:
    """Suspend the server before it can be ready; its process id."""
    while True:
        for process in marked(terminal.mark):
            if "engine.process.server" in process.cmdline():
                process.suspend()
                return int(process.pid)
        terminal.read(0.05)


def test_an_unknown_lesson_names_the_known_ones(open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, "trainings")
    assert terminal.exit_status() == 2
    assert "no lesson trainings" in terminal.text
    assert "training" in terminal.text.split("lessons:")[1]


@pytest.mark.parametrize("term", ["dumb", "xterm-256color"])
def test_what_is_no_terminal_to_draw_on_is_refused(tmp_path: Path, term: str) -> None:
    refused = subprocess.run(
        TOCHA,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean(tmp_path) | {"TERM": term},
    )
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.startswith("tocha: this is no terminal")
    assert refused.stderr.count("\n") == 1


def test_a_dumb_terminal_is_refused_and_told_what_works(open_terminal: Opener) -> None:
    terminal = open_terminal(TERM="dumb")
    assert terminal.exit_status() == 2
    assert "tocha run" in terminal.text
    assert b"\x1b[?1049h" not in terminal.raw


def test_the_app_alone_opens_without_the_packages_of_the_command_line(
    open_terminal: Opener, tmp_path: Path
) -> None:
    told = tmp_path / "loaded"
    script = f"""
import atexit, sys
loaded = lambda: sys.modules.keys() & {{"click", "tui.cli", "tui.commands.run"}}
atexit.register(lambda: open({str(told)!r}, "w").write(repr(sorted(loaded()))))
from tui.opening import main
main()
"""
    terminal = open_terminal(sys.executable, "-P", "-c", script)
    terminal.until("engine ready")
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert told.read_text() == "[]"


def test_neither_torch_nor_numpy_nor_textual_is_imported_before_it_is_needed(
    tmp_path: Path,
) -> None:
    script = "import sys, tui.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=clean(tmp_path),
    ).stdout.split()
    roots = {name.partition(".")[0] for name in loaded}
    assert not roots & {"torch", "numpy", "textual", "plotext", "rich"}


def test_no_module_of_the_screen_imports_torch(tmp_path: Path) -> None:
    script = """
import importlib, pkgutil, sys, tui
for module in pkgutil.walk_packages(tui.__path__, "tui."):
    if module.name != "tui.__main__":
        importlib.import_module(module.name)
        print(module.name)
assert "torch" not in sys.modules
"""
    imported = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        env=clean(tmp_path),
    )
    assert imported.returncode == 0, imported.stderr
    screens = {f"tui.screens.{path.stem}" for path in (ROOT / "tui/screens").glob("[a-z]*.py")}
    assert {"tui.app", *screens} <= set(imported.stdout.split())


def test_torch_is_not_in_the_apps_process_while_it_trains(open_terminal: Opener) -> None:
    terminal = open_terminal(*PRACTICE, "drill")
    terminal.until("A long one")
    terminal.press("2")
    terminal.until("● running")
    maps = Path(f"/proc/{terminal.process.pid}/maps").read_text(encoding="utf-8")
    assert "/numpy/" in maps
    assert "/torch/" not in maps
