"""What every version of torch says is recognised from its text, as `tocha explain` reads it."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from engine import doctor
from engine.doctor import Rule, rules
from engine.doctor.rules import folded
from tests.doctor import record
from tests.doctor.reading import sentences

FOLDER = Path(__file__).with_name("messages")
TEXTS = sorted(FOLDER.rglob("*.txt"))

COMPLETE = {"torch-2.6.0+cu124", "torch-2.13.0+cpu", "python-3.11"}
"""The folders recorded since rules were last added; `record` on another torch adds its own."""

FROM_TEXT_ALONE = {
    # A text without variables cannot tell that some of them required a gradient ...
    "no-graph-under-no-grad": "nothing-requires-grad",
    # ... or that the layer stands behind a Flatten.
    "flattened-size": "linear-features",
    # Of two tracebacks in one text the last is explained: here, what the worker died of.
    "worker-error": "division-by-zero",
}
"""Rules that need more than the text, and what the text is enough for."""


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_doctor_reads_it(path: Path) -> None:
    _, said = doctor.read(path.read_text(encoding="utf-8"))
    assert said is not None
    rule = path.name.split(".")[0]
    assert said.rule == FROM_TEXT_ALONE.get(rule, rule)
    assert 1 <= sentences(said.says) <= 3
    # Code of the learner's may have braces, with no name of a group in them.
    assert not re.search(r"\{[a-z]\w*\}", said.says + said.fix)


def test_the_oldest_torch_that_may_be_used_is_there_and_later_ones() -> None:
    versions = {path.name for path in FOLDER.glob("torch-*")}
    assert {version.partition("+")[0] for version in versions} >= {
        "torch-2.6.0",
        "torch-2.9.1",
        "torch-2.13.0",
        "torch-2.15.0",
    }


@pytest.mark.parametrize("version", sorted(FOLDER.glob("*-[0-9]*")), ids=lambda path: path.name)
def test_a_version_has_all_that_every_machine_can_raise(version: Path) -> None:
    if version.name not in COMPLETE:
        pytest.skip("recorded before the latest rules: COMPLETE names those with all of them")
    python = version.name.startswith("python-")
    everywhere = {
        rule.id
        for rule in rules()
        if rule.snippet and not (rule.needs or rule.staged) and (rule.topic == "python") == python
    }
    assert everywhere
    assert everywhere <= {path.stem for path in version.glob("*.txt")}


def test_every_error_is_there_in_some_version() -> None:
    there = {path.name.split(".")[0] for path in TEXTS}
    assert {rule.id for rule in rules()} - there == set()


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        pytest.param(rule, pattern, id=f"{rule.id}-{number}")
        for rule in rules()
        for number, pattern in enumerate(rule.patterns)
        if len(rule.patterns) > 1
    ],
)
def test_every_wording_has_been_said(rule: Rule, pattern: str) -> None:
    texts = [path for path in TEXTS if path.name.split(".")[0] == rule.id]
    assert any(re.search(pattern, folded(path.read_text(encoding="utf-8"))) for path in texts)


def test_every_wording_fills_the_words_of_its_rule() -> None:
    for rule in rules():
        fields = {name for _, name, _, _ in Formatter().parse(rule.says + rule.fix) if name}
        for pattern in rule.patterns:
            assert fields <= set(re.compile(pattern).groupindex), rule.id


def test_nothing_in_them_is_of_this_machine() -> None:
    for path in TEXTS:
        for file in re.findall(r'File "([^"]+)"', path.read_text(encoding="utf-8")):
            assert file.startswith((record.HOME, record.VENV, record.PYTHON, "<")), path


def test_what_was_not_raised_says_where_it_is_from() -> None:
    for path in (FOLDER / "from-source").glob("*.txt"):
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        assert head.startswith("Not raised here: put together from PyTorch's source,\n"), path
        assert re.search(r"\w\.(?:cpp|cu|cc|c|hpp|h|mm|py)\b", head), path


def test_an_error_is_recorded_as_a_terminal_shows_it() -> None:
    status, said = record.record("x = [1]\ny = x[3]\n", "")
    assert status == record.RAISED
    assert said == (
        "Traceback (most recent call last):\n"
        '  File "/home/me/train.py", line 2, in <module>\n'
        "    y = x[3]\n"
        "        ~^^^\n"
        "IndexError: list index out of range\n"
    )


def test_code_that_raises_nothing_is_told_from_code_that_cannot() -> None:
    assert record.record("x = 1\n", "")[0] == record.NOTHING
    status, said = record.record("1 / 0\n", "mps")
    if status == record.UNAVAILABLE:
        assert said.startswith("This error takes a Mac")
    else:
        assert said.endswith("ZeroDivisionError: division by zero\n")
