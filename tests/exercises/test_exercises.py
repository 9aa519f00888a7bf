"""Every stub fails, every right answer passes, every wrong one fails with its own message."""

from __future__ import annotations

import subprocess
import sys

from lessons import catalog
from lessons.exercises import exercises
from tests.exercises.__main__ import FEWEST_MUTANTS, FEWEST_RIGHT, MOST_MUTANTS


def test_the_checks_tell_right_from_wrong() -> None:
    # In a process of its own: forking is safe only where nothing has run on several threads.
    command = (sys.executable, "-P", "-m", "tests.exercises")
    report = subprocess.run(command, capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stdout + report.stderr


def test_every_lesson_has_two_to_four() -> None:
    known = exercises()
    assert len(known) >= 24
    for lesson in catalog.lessons():
        assert 2 <= sum(each.lesson == lesson.slug for each in known) <= 4, lesson.slug
    for each in known:
        assert FEWEST_MUTANTS <= len(each.mutants) <= MOST_MUTANTS, each.name
        assert len(each.right) >= FEWEST_RIGHT, each.name
        assert each.hints, each.name
        assert "TODO" in each.stub, each.name
