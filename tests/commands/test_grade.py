"""`tocha grade` as a shell runs it: every submission has a row, whatever is in it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lessons.format import catalog
from tests.environment import clean, seconds

COLUMN = catalog.exercise("tensors/a-column")

DEAD = catalog.exercise("activations/count-the-dead")

ENDLESS = "def to_column(readings):\n    while True:\n        pass\n"

CRASH = "import os, signal\n\ndef to_column(readings):\n    os.kill(os.getpid(), signal.SIGKILL)\n"

GONE = "import os\nos._exit(0)\n"

FIELDS = ["file", "exercise", "passed", "checks_passed", "checks", "failed", "message", "seconds"]


def grade(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "tui", "grade", *arguments],
        env=clean(folder / "home") | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=seconds(120),
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Submissions in both layouts, good and bad in every way."""
    place = tmp_path_factory.mktemp("grade")
    class_ = place / "class" / COLUMN.name
    class_.mkdir(parents=True)
    (place / "home").mkdir()
    for name, code in {
        "ada": COLUMN.solution,
        "bob": "def to_column(readings):\n    readings\n",
        "cyd": ENDLESS,
        "dan": CRASH,
        "eve": GONE,
        "fay": "def to_column(:\n",
    }.items():
        (class_ / f"{name}.py").write_text(code, encoding="utf-8")
    (class_ / "gus.py").write_bytes(b"\0\1\2\xff" * 40)
    (class_ / "hal.py").write_bytes(b"# " + b"x" * (2 << 20))
    (class_ / "ida.txt").write_text("my answer", encoding="utf-8")
    ada = place / "class" / "ada"
    ada.mkdir()
    (ada / "count_the_dead.py").write_text(DEAD.solution, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def judged(folder: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit status, and the rows by file."""
    said = grade(folder, "class", "--json", "--csv", "grades.csv")
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert rows, said.stderr
    return said.returncode, {row["file"]: row for row in rows}


def test_all_are_judged_and_the_exit_status_says_so(
    judged: tuple[int, dict[str, dict[str, Any]]],
) -> None:
    status, rows = judged
    assert status == 0
    assert len(rows) == 10
    assert all(list(row) == FIELDS for row in rows.values())
    assert [file for file, row in rows.items() if row["passed"]] == [
        "ada/count_the_dead.py",
        f"{COLUMN.name}/ada.py",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bob.py", "`to_column` returned None"),
        ("cyd.py", "Stopped after 5 s: line "),
        ("dan.py", "The run "),
        ("eve.py", "The run "),
        ("fay.py", "SyntaxError: "),
        ("gus.py", "gus.py is no text"),
        ("hal.py", "hal.py has 2.1 MB"),
        ("ida.txt", "SyntaxError: "),
    ],
)
def test_whatever_it_is_has_a_row(
    judged: tuple[int, dict[str, dict[str, Any]]], name: str, message: str
) -> None:
    row = judged[1][f"{COLUMN.name}/{name}"]
    assert message in row["message"], row
    assert row["failed"]
    assert (row["passed"], row["checks_passed"]) == (False, 0)
    assert (row["exercise"], row["checks"]) == (COLUMN.name, len(COLUMN.head.checks))


def test_the_table_for_a_spreadsheet_has_the_same_rows(
    folder: Path, judged: tuple[int, dict[str, dict[str, Any]]]
) -> None:
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == set(judged[1])
    assert [row["student"] for row in rows if row["passed"] == "True"] == ["ada", "ada"]


def test_a_person_reads_lines_and_a_table(folder: Path) -> None:
    said = grade(folder, "class/ada")
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith("✓ count_the_dead.py")
    assert any(line.startswith("activations/count-the-dead") and "1/1" in line for line in lines)
    assert lines[-1] == "1 submission, 1 passed"


def test_no_folder_and_an_empty_one_are_refused(folder: Path) -> None:
    assert grade(folder, "nowhere").returncode == 2
    said = grade(folder, "home")
    assert (said.returncode, said.stderr) == (2, "tocha: home: no submission in it\n")
