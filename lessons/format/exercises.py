"""Read exercises: every folder ``<lesson>/exercises/<id>`` that holds an ``exercise.toml`` is one.

A folder holds facts (``exercise.toml``), words (``exercise.en.md``), what the learner starts from
(``stub.py``), the hidden ``check.py``, a ``solution.py``, further right answers (``right/*.py``)
and wrong ones (``mutants/<key>.py``, each named after the message it must meet: mutation tests of
the check).
"""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path

import msgspec

FORMAT = 1
LANGUAGE = "en"


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``exercise.toml`` says."""

    format: int
    order: int
    """Place among the lesson's exercises, in gaps of ten."""
    minutes: int
    """How long a newcomer takes."""
    seconds: float = 5.0
    """Wall-clock limit of a check."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The front matter of ``exercise.en.md``."""

    title: str
    checks: dict[str, str]
    """What each function of ``check.py`` proves, in the order they run."""
    says: dict[str, str] = {}
    """The messages of ``check.py`` by key, with {facts} in braces."""


class Exercise(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A task, what the learner starts from, and the folder with everything else."""

    lesson: str
    id: str
    folder: Path
    facts: Facts
    head: Head
    instructions: str
    """Markdown."""
    hints: list[str]
    """Markdown, from a nudge to nearly the answer."""
    afterwards: str
    """Markdown for the one who has passed."""

    @property
    def name(self) -> str:
        """The name a person types: "optimizers/walk-downhill"."""
        return f"{self.lesson}/{self.id}"

    @property
    def title(self) -> str:
        """What the task is called."""
        return self.head.title

    @cached_property
    def stub(self) -> str:
        """What the learner starts from."""
        return self._text("stub.py")

    @cached_property
    def solution(self) -> str:
        """One right answer."""
        return self._text("solution.py")

    @property
    def check(self) -> Path:
        """The hidden check."""
        return self.folder / "check.py"

    @property
    def right(self) -> list[Path]:
        """All right answers, the solution first."""
        return [self.folder / "solution.py", *sorted(self.folder.glob("right/*.py"))]

    @property
    def mutants(self) -> list[Path]:
        """Wrong answers, one for each typical mistake."""
        return sorted(self.folder.glob("mutants/*.py"))

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def read(folder: Path) -> Exercise:
    """The exercise in a folder.

    Raises:
        ValueError: the manifest or the words are not as they should be.
    """
    name = f"{folder.parent.parent.name}/{folder.name}"
    try:
        manifest = (folder / "exercise.toml").read_text(encoding="utf-8")
        text = (folder / f"exercise.{LANGUAGE}.md").read_text(encoding="utf-8")
        facts = msgspec.convert(tomllib.loads(manifest), Facts)
        before, front, body = text.split("+++\n", 2)
        head = msgspec.convert(tomllib.loads(front), Head)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ValueError(f"exercise {name}: {error}") from error
    if facts.format != FORMAT or before:
        raise ValueError(f"exercise {name}: format {facts.format}, words start with +++")
    instructions, *sections = body.split("\n## ")
    parts = [section.partition("\n") for section in sections]
    return Exercise(
        lesson=folder.parent.parent.name,
        id=folder.name,
        folder=folder,
        facts=facts,
        head=head,
        instructions=instructions.strip(),
        hints=[text.strip() for title, _, text in parts if title.startswith("Hint")],
        afterwards="".join(text.strip() for title, _, text in parts if title == "Afterwards"),
    )


def of_lesson(folder: Path) -> list[Exercise]:
    """The exercises in a lesson's folder, in order."""
    folders = [path.parent for path in folder.glob("exercises/*/exercise.toml")]
    return sorted(map(read, folders), key=lambda exercise: exercise.facts.order)
