"""Prose and manifests with accidents: a lesson that can be read, or an error with its name."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings

from lessons.format import catalog, exercises, pages, schema
from tests.damaged import damaged, refusal

LESSONS = [lesson.folder for lesson in catalog.lessons()]
PROSE = [
    (folder / "lesson.en.md").read_text(encoding="utf-8").split("+++\n", 2)[2] for folder in LESSONS
]
CUT = [f"## {page}" for prose in PROSE for page in prose.split("\n## ") if "<!--" in page]


@settings(max_examples=300, deadline=None)
@given(damaged(CUT))
def test_damaged_pages_are_read_or_refused_with_a_sentence(text: str) -> None:
    said = refusal(lambda: pages.parse(text, "some"))
    assert not said or said.startswith("some, page ")


@settings(max_examples=60, deadline=None)
@given(damaged([(folder / "lesson.toml").read_text(encoding="utf-8") for folder in LESSONS]))
def test_a_damaged_manifest_is_read_or_refused_with_a_sentence(text: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "training"
        shutil.copytree(catalog.lesson("training").folder, folder)
        (folder / "lesson.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        said = refusal(lambda: schema.read(folder).experiments)
        assert not said or "training" in said


EXERCISE = catalog.exercises()[0].folder


@settings(max_examples=60, deadline=None)
@given(
    damaged([(EXERCISE / "exercise.toml").read_text(encoding="utf-8")]),
    damaged([(EXERCISE / "exercise.en.md").read_text(encoding="utf-8")]),
)
def test_a_damaged_exercise_is_read_or_refused_with_a_sentence(facts: str, words: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "tensors" / "exercises" / "one"
        shutil.copytree(EXERCISE, folder)
        (folder / "exercise.toml").write_bytes(facts.encode("utf-8", "surrogatepass"))
        (folder / "exercise.en.md").write_bytes(words.encode("utf-8", "surrogatepass"))
        said = refusal(lambda: exercises.read(folder))
        assert not said or "tensors/one" in said
