"""The report holds: stubs fail, right answers pass, mutants fail with their own message."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest

from engine.grading.verdicts import common_words
from lessons.format import catalog
from lessons.format.exercises import Exercise
from tests.environment import clean, seconds
from tests.exercises.corpus import answers, lay_out
from tests.exercises.mutation import equivalents, mutants

pytestmark = pytest.mark.timeout(600)

ALL = catalog.exercises()
EVERY = pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)


MACHINE = 5
"""Mutants of an exercise that are made by machine here; the command alone makes many more."""


@lru_cache
def report() -> dict[str, list[dict[str, object]]]:
    """Every judged piece of code, by exercise."""
    # The same inputs every time: what fails here fails again.
    options = ["--json", "--most", str(MACHINE), "--seed", "13"]
    command = [sys.executable, "-m", "tests.exercises", *options]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=seconds(600))
    rows = [msgspec.json.decode(line) for line in answer.stdout.splitlines()]
    assert rows, answer.stderr
    return {task.name: [row for row in rows if row["exercise"] == task.name] for task in ALL}


@EVERY
def test_each_answer_fares_as_it_has_to(task: Exercise) -> None:
    rows = report()[task.name]
    assert [row for row in rows if not row["fine"]] == []
    kinds = [row["kind"] for row in rows]
    assert kinds.count("stub") == 1
    assert kinds.count("right") >= 2
    assert 3 <= kinds.count("mutant") <= 8
    assert kinds.count("machine") == MACHINE


@EVERY
def test_mutants_meet_messages_that_differ(task: Exercise) -> None:
    messages = [row["message"] for row in report()[task.name] if row["kind"] == "mutant"]
    assert len(set(messages)) == len(messages)
    assert not any(re.search(r"[{}]", str(message)) for message in messages)


@EVERY
def test_right_answers_are_written_differently(task: Exercise) -> None:
    trees = {ast.dump(ast.parse(path.read_text())) for path in task.right}
    assert len(trees) == len(task.right)


@EVERY
def test_machines_make_enough_mutants_and_only_they_are_listed(task: Exercise) -> None:
    made = mutants(task)
    assert len({mutant.code for mutant in made}) >= 25
    changes = {mutant.change for mutant in mutants(task, most=10_000)}
    patterns = [change for listed in equivalents(task).values() for change in listed]
    unused = [each for each in patterns if each not in changes and "*" not in each]
    assert unused == []


@EVERY
def test_the_corpus_is_a_judgement_of_every_kind(task: Exercise) -> None:
    found = list(answers(task))
    kinds = [answer.kind for answer in found]
    assert kinds.count("right") >= 5
    assert kinds.count("wrong") >= 10
    assert len({(answer.kind, answer.name) for answer in found}) == len(found)


def test_some_of_the_corpus_fares_as_it_has_to(tmp_path: Path) -> None:
    """By the command that teachers use: of every exercise one right answer, and one wrong."""
    lay_out(ALL, tmp_path, each=1)
    command = [sys.executable, "-P", "-m", "tui", "grade", str(tmp_path), "--json", "--seed", "13"]
    surroundings = clean(tmp_path)
    answer = subprocess.run(
        command, env=surroundings, capture_output=True, text=True, timeout=seconds(300)
    )
    rows = [msgspec.json.decode(line) for line in answer.stdout.splitlines()]
    assert len(rows) == 2 * len(ALL), answer.stderr
    assert [row for row in rows if row["passed"] != ("/right-" in row["file"])] == []


@EVERY
def test_words_and_checks_belong_together(task: Exercise) -> None:
    tree = ast.parse(task.check.read_text())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(task.head.checks) <= functions
    keys = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(task.head.says) <= keys | set(common_words())
    assert len(task.hints) == 3
    assert task.afterwards
    assert "TODO" in task.stub


@EVERY
def test_a_stub_is_whole_in_the_narrowest_column_for_code(task: Exercise) -> None:
    assert max(map(len, task.stub.splitlines())) <= 63


def test_every_lesson_has_two_to_four_and_there_are_enough() -> None:
    counts = [len(catalog.lesson(slug).exercises) for slug in {task.lesson for task in ALL}]
    assert len(counts) == 8
    assert all(2 <= count <= 4 for count in counts)
    assert len(ALL) >= 24


@pytest.mark.parametrize("name", ["", "optimizers/walk", "nothing", "../../etc", "*", "a/b/c"])
def test_an_unknown_exercise_names_those_there_are(name: str) -> None:
    with pytest.raises(catalog.Unknown, match="walk-downhill"):
        catalog.exercise(name)


def test_an_exercise_is_found_by_its_id_alone() -> None:
    assert catalog.exercise("walk-downhill").name == "optimizers/walk-downhill"
