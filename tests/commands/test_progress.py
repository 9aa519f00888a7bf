"""The commands about progress, as a shell runs them."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lessons.format import catalog
from lessons.learner import review
from lessons.store import Place, Prediction, Run, Store, open_store
from lessons.store.store import FILE_NAME
from tests.environment import ROOT, clean, seconds

Result: TypeAlias = "subprocess.CompletedProcess[str]"
Tocha: TypeAlias = Callable[..., Result]

LESSON = catalog.lessons()[-1]
PAGES = [page.title for page in LESSON.pages]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def tocha(home: Path, tmp_path: Path) -> Tocha:
    def run(*arguments: str, said: str = "", folder: Path = home) -> Result:
        return subprocess.run(
            [sys.executable, "-P", "-m", "tui", *arguments],
            env=clean(folder),
            input=said,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=seconds(60),
            check=False,
        )

    return run


def learn(store: Store) -> None:
    """A day of work in one lesson."""
    for title in PAGES[:2]:
        store.pages.see(LESSON.slug, title, done=True)
    for chosen, correct in (("a line", False), ("a curve", True)):
        one = Prediction(
            lesson=LESSON.slug, page=PAGES[0], chosen=chosen, answer="a curve", correct=correct
        )
        store.predictions.add(one)
    store.predictions.add(
        Prediction(
            lesson=LESSON.slug, page=PAGES[1], chosen="faster", answer="slower", correct=False
        )
    )
    store.exercises.attempt(f"{LESSON.slug}/loop", passed=True)
    store.drafts.save(f"{LESSON.slug}/loop", "loss.backward()", "s")
    store.runs.add(Run(experiment=f"{LESSON.slug}.fit", knobs={"lr": 0.1}))
    store.places.leave(Place(LESSON.slug, PAGES[1], 1))


def facts(answer: Result) -> dict[str, Any]:
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def of_lesson(found: dict[str, Any]) -> dict[str, Any]:
    (lesson,) = (one for one in found["lessons"] if one["slug"] == LESSON.slug)
    assert isinstance(lesson, dict)
    return lesson


def test_before_the_first_lesson(tocha: Tocha) -> None:
    found = facts(tocha("progress", "--json"))
    assert [one["slug"] for one in found["lessons"]] == [one.slug for one in catalog.lessons()]
    assert {one["state"] for one in found["lessons"]} == {"new"}
    first = catalog.lessons()[0]
    assert found["next"] == {"lesson": first.slug, "page": first.pages[0].title, "number": 1}


def test_after_some_work(tocha: Tocha, home: Path) -> None:
    store = open_store(home)
    learn(store)
    review.enter(store, f"prediction:{LESSON.slug}/{PAGES[0]}", correct=False, now=0.0)
    store.close()
    found = facts(tocha("progress", "--json"))
    lesson = of_lesson(found)
    assert lesson["state"] == "started"
    assert lesson["pages_done"] == 2
    assert (lesson["right"], lesson["wrong"]) == (1, 1)
    assert [one["page"] for one in lesson["missed"]] == [PAGES[1]]
    assert found["next"] == {"lesson": LESSON.slug, "page": PAGES[2], "number": 3}
    assert found["due"] == 1
    text = tocha("progress").stdout
    assert "predictions 1 right, 1 wrong" in text
    assert f"{LESSON.slug}, {PAGES[1]}: you said “faster”, it was “slower”" in text
    assert f"Next: {LESSON.slug}, page 3: {PAGES[2]}" in text
    assert "To review today: 1" in text
    assert "\x1b" not in text


def test_reset_asks_and_can_be_taken_back(tocha: Tocha, home: Path) -> None:
    store = open_store(home)
    learn(store)
    assert tocha("reset", LESSON.slug, said="n\n").returncode == 1
    assert tocha("reset", LESSON.slug, said="").returncode == 1
    assert len(store.pages.all()) == 2
    answer = tocha("reset", LESSON.slug, said="y\n")
    assert answer.returncode == 0
    assert "Forget everything done in" in answer.stderr
    assert store.pages.all() == []
    assert store.drafts.all() == []
    assert len(store.runs.all()) == 1
    back = answer.stdout.splitlines()[-1].partition("tocha ")[2].split()
    assert tocha(*back).returncode == 0
    assert len(store.pages.all()) == 2
    assert len(store.predictions.all()) == 3
    assert store.drafts.all()[0].text == "loss.backward()"
    assert tocha("reset", LESSON.slug, "--yes").returncode == 0
    assert len(list(home.glob("before-reset-*.json"))) == 2


def test_reset_of_no_lesson(tocha: Tocha) -> None:
    answer = tocha("reset", "cooking", "--yes")
    assert answer.returncode == 2
    assert answer.stderr.startswith("tocha: no lesson cooking; lessons: ")


def test_moving_to_another_machine(tocha: Tocha, home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    here, other = open_store(home), open_store(there)
    learn(here)
    other.drafts.save(f"{LESSON.slug}/loop", "optimizer.step()", "t")
    other.pages.see(LESSON.slug, PAGES[2], done=True)
    file = tmp_path / "progress.json"
    assert tocha("export-progress", str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["format"] == "tocha-progress"
    for _ in range(2):
        assert tocha("import-progress", str(file), folder=there).returncode == 0
    assert {page.page for page in other.pages.all()} == set(PAGES[:3])
    texts = {draft.text for draft in other.drafts.all()}
    assert texts == {"loss.backward()", "optimizer.step()"}
    assert other.predictions.all() == here.predictions.all()
    assert other.runs.all() == here.runs.all()
    assert other.exercises.all() == here.exercises.all()


def test_through_a_pipe(tocha: Tocha, home: Path, tmp_path: Path) -> None:
    store = open_store(home)
    learn(store)
    exported = tocha("export-progress", "-").stdout
    answer = tocha("import-progress", "-", said=exported, folder=tmp_path / "there")
    assert answer.returncode == 0, answer.stderr
    assert len(open_store(tmp_path / "there").pages.all()) == 2


def test_a_file_that_is_there_is_not_overwritten(tocha: Tocha, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    answer = tocha("export-progress", str(file))
    assert (answer.returncode, file.read_text()) == (2, "mine")
    assert tocha("export-progress", str(file), "--force").returncode == 0
    assert "tocha-progress" in file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        '{"format": "other", "version": 1, "tables": {}}',
        '{"format": "tocha-progress", "version": 99, "tables": {}}',
        '{"format": "tocha-progress", "version": 0, "tables": {}}',
        '{"format": "tocha-progress", "version": 1, "tables": {"page": [{"lesson": "a"}]}}',
        '{"format": "tocha-progress", "version": 1, "tables": {"sqlite_master": [{"name": "a"}]}}',
        '{"format": "tocha-progress", "version": 1, "tables": {"page": '
        '[{"lesson": ["a"], "page": "b", "seen": 1, "done": null, "stamp": 1}]}}',
        '{"format": "tocha-progress", "version": 1, "tables": {"page": '
        '[{"lesson": null, "page": "b", "seen": 1, "done": null, "stamp": 1}]}}',
        '{"format": "tocha-progress", "version": 1, "tables": {"curve": '
        '[{"run": "r", "position": 1, "name": "n", "length": 1, "data": "%%"}]}}',
    ],
)
def test_what_is_no_export_is_refused(tocha: Tocha, home: Path, text: str) -> None:
    answer = tocha("import-progress", "-", said=text)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert not (home / FILE_NAME).exists() or open_store(home).pages.all() == []


def test_a_newer_file_is_said_to_be_newer(tocha: Tocha, home: Path) -> None:
    open_store(home).close()
    newer = sqlite3.connect(home / FILE_NAME)
    newer.execute("PRAGMA user_version = 9")
    newer.close()
    for command in (["progress"], ["reset", LESSON.slug, "--yes"], ["export-progress", "-"]):
        answer = tocha(*command)
        assert answer.returncode == 1
        assert "was written by a newer version of Tocha" in answer.stderr
        assert len(answer.stderr.splitlines()) == 1


def test_no_home_at_all(tocha: Tocha, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = tocha("progress", folder=tmp_path / "file" / "tocha")
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["progress", "reset", "export-progress", "import-progress"])
def test_help_has_an_example_and_the_exit_statuses(tocha: Tocha, name: str) -> None:
    text = tocha(name, "--help").stdout
    assert f"  tocha {name}" in text
    assert "Exit status: 0" in text


def test_torch_and_textual_stay_outside(home: Path) -> None:
    code = "import sys, tui.cli; tui.cli.main(['progress'], standalone_mode=False); " + (
        "assert not {'torch', 'textual', 'numpy'} & set(sys.modules)"
    )
    environment = clean(home) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=False, timeout=seconds(60)
    )
    assert done.returncode == os.EX_OK
