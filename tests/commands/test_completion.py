"""What a shell completes, asked the way the shells ask."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from lessons.format import catalog
from tests.environment import ROOT, clean, seconds
from tui.cli import main

SHELLS: list[type[ShellComplete]] = [BashComplete, ZshComplete, FishComplete]
LESSON = catalog.lessons()[-1]
EXPERIMENT = next(one for one in catalog.lessons() if one.experiments)
EXERCISE = catalog.exercises()[0]


def completed(*words: str) -> set[str]:
    """What the last word may become."""
    shell = BashComplete(main, {}, "tocha", "_TOCHA_COMPLETE")
    return {item.value for item in shell.get_completions(list(words[:-1]), words[-1])}


def test_commands_and_lessons_come_first() -> None:
    found = completed("")
    assert {one.slug for one in catalog.lessons()} <= found
    shown = {name for name, command in main.commands.items() if not command.hidden}
    assert shown <= found
    assert completed(LESSON.slug[:3]) >= {LESSON.slug}


@pytest.mark.parametrize("words", [("reset",), ("open",)])
def test_lessons(words: tuple[str, ...]) -> None:
    assert completed(*words, "") == {one.slug for one in catalog.lessons()}


def test_experiments() -> None:
    names = {f"{it.slug}.{one.id}" for it in catalog.lessons() for one in it.experiments}
    assert completed("run", "") == names
    some = {name for name in names if name.startswith(f"{EXPERIMENT.slug}.")}
    assert completed("run", f"{EXPERIMENT.slug}.") == some
    assert some


def test_knobs_of_the_experiment_that_is_named() -> None:
    knobs = {f"{name}=" for name in EXPERIMENT.experiments[0].defaults}
    name = f"{EXPERIMENT.slug}.{EXPERIMENT.experiments[0].id}"
    assert completed("run", name, "--set", "") == knobs
    assert completed("run", "no.such", "--set", "") == set()


@pytest.mark.parametrize("command", ["exercise", "check"])
def test_exercises(command: str) -> None:
    assert completed(command, "") == {one.name for one in catalog.exercises()}
    assert EXERCISE.name in completed(command, EXERCISE.name[:-2])
    assert completed(command, "nothing/like-it") == set()


def answered(tmp_path: Path, name: str, line: str) -> list[str]:
    """What the program says to a shell that has this line, the cursor at its end."""
    words = line.split(" ")
    code = (
        "import sys, tui.cli\n"
        "try: tui.cli.main(prog_name='tocha')\n"
        "finally: assert not {'torch', 'textual', 'numpy'} & set(sys.modules), 'too much'\n"
    )
    asked = {"_TOCHA_COMPLETE": f"{name}_complete", "COMP_WORDS": line}
    # fish names the unfinished word, the others count to it.
    asked["COMP_CWORD"] = words[-1] if name == "fish" else str(len(words) - 1)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean(tmp_path) | asked | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=seconds(60),
        check=True,
    )
    assert "Error" not in done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_is_answered_without_torch_or_screen(
    tmp_path: Path, shell: type[ShellComplete]
) -> None:
    lines = answered(tmp_path, shell.name, f"tocha exercise {EXERCISE.name[:-2]}")
    assert EXERCISE.name in re.split(r"[,\t\n]", "\n".join(lines))


def test_watched_scripts(tmp_path: Path) -> None:
    from engine.watch import record

    record.make(tmp_path / "watched", "train.py", ["train.py", "--lr", "1"], "/", 0.0)
    (line,) = answered(tmp_path, "fish", "tocha attach ")
    assert line.split("\t") == ["plain,1", "train.py --lr 1"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_readme_says_how_to_switch_it_on(shell: type[ShellComplete]) -> None:
    assert f"_TOCHA_COMPLETE={shell.name}_source tocha" in (ROOT / "README.md").read_text()
