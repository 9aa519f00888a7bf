"""An author who forgot the words of a new error is told which, and where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.doctor.facts_and_words import joined
from engine.doctor.rules import FOLDER, TOPICS

FACTS = '[[error]]\nid = "first"\n[[error]]\nid = "second"\n'
WORDS = '[first]\ntitle = "T"\nsays = "S"\nfix = "F"\n'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (None, "[first] needs title, says, fix."),
        (WORDS, "[second] needs title, says, fix."),
        (WORDS + '[second]\nsays = "S"\n', "[second] needs title, fix."),
    ],
)
def test_forgotten_words_are_named(words: str | None, said: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.toml").write_text(FACTS, encoding="utf-8")
    if words is not None:
        (tmp_path / "shapes.en.toml").write_text(words, encoding="utf-8")
    with pytest.raises(LookupError) as raised:
        joined(tmp_path / "shapes.toml", "error")
    assert str(raised.value) == f"{tmp_path / 'shapes.en.toml'} lacks words: {said}"


def test_every_file_of_errors_is_read() -> None:
    files = {path.stem for path in FOLDER.glob("*.toml") if "." not in path.stem}
    assert set(TOPICS) == files, "name the topic of a new file in TOPICS of engine/doctor/rules.py"
