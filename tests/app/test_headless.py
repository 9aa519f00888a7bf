"""``tocha`` without the app: what it prints, and with which status it exits."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lessons.format import catalog
from tests.app.conftest import PRACTICE
from tests.conftest import Opener
from tests.environment import MARK, clean, left_alive, seconds
from tests.runs import PATIENCE_SECONDS
from tests.terminal import TOCHA

Answer = subprocess.CompletedProcess[str]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where headless runs live; the learner stands among folders named like ours."""
    for name in ("engine", "lessons", "tui", "torch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('the wrong one')")
    return clean(tmp_path) | {"PWD": str(tmp_path)}


def tocha(environment: dict[str, str], *words: str, command: Sequence[str] = TOCHA) -> Answer:
    """Run the command line to its end; nothing of it may live on."""
    answer = subprocess.run(
        [*command, *words],
        capture_output=True,
        text=True,
        env=environment,
        cwd=environment["PWD"],
        stdin=subprocess.DEVNULL,
        timeout=seconds(PATIENCE_SECONDS),
    )
    assert left_alive(environment[MARK]) == []
    return answer


def objects(answer: Answer) -> list[dict[str, Any]]:
    """The JSON objects of an answer, one a line, each with its type."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in answer.stdout.splitlines()]
    assert all(isinstance(line["type"], str) for line in lines)
    return lines


def test_list_names_every_lesson_and_experiment(environment: dict[str, str]) -> None:
    answer = tocha(environment, "list")
    assert (answer.returncode, answer.stderr) == (0, "")
    for lesson in catalog.lessons():
        assert lesson.slug in answer.stdout
        for experiment in lesson.experiments:
            assert f"{lesson.slug}.{experiment.id}" in answer.stdout


def test_a_run_as_json_ends_with_its_closing_numbers(environment: dict[str, str]) -> None:
    words = ("run", "training.fit", "--set", "activation=Tanh", "--set", "epochs=3")
    answer = tocha(environment, *words, "--json", "--seed", "1")
    assert (answer.returncode, answer.stderr) == (0, "")
    first, *_, last = lines = objects(answer)
    assert first["type"] == "run_started"
    assert last["type"] == "run_finished"
    losses = [line for line in lines if line["type"] == "scalars" and line["name"] == "loss"]
    steps = [step for line in losses for step in line["steps"]]
    values = [value for line in losses for value in line["values"]]
    assert steps == list(range(1, 601))
    assert last["final"]["loss"] == values[-1]
    fit = [line for line in lines if line["type"] == "line"][-1]
    points = next(line for line in lines if line["type"] == "scatter")
    errors = [(a - b) ** 2 for a, b in zip(fit["y"], points["y"], strict=True)]
    assert last["final"]["mse"] == pytest.approx(sum(errors) / 200, rel=1e-4)


def test_another_seed_prints_other_numbers(environment: dict[str, str]) -> None:
    words = ("run", "drill.descend", "--set", "steps=20", "--json")
    finals = [
        objects(tocha(environment, *words, "--seed", seed, command=PRACTICE))[-1]["final"]
        for seed in ("5", "6")
    ]
    assert finals[0] != finals[1]


def test_piped_it_prints_pictures_and_numbers_without_escapes(environment: dict[str, str]) -> None:
    answer = tocha(environment, "run", "training.fit", "--set", "epochs=2")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "\x1b" not in answer.stdout
    assert "\r" not in answer.stdout
    for words in ("▲ fit", "● loss", "mse", "finished after 400 steps"):
        assert words in answer.stdout


def test_what_a_run_prints_cannot_smuggle_escapes_into_a_pipe(environment: dict[str, str]) -> None:
    answer = tocha(environment, "run", "drill.vandal", "--plain", command=PRACTICE)
    assert answer.returncode == 0
    assert "vandal was here" in answer.stdout
    assert not {"\x1b", "\x07", "\x9b"} & set(answer.stdout)


def test_on_a_terminal_there_is_a_bar_and_then_pictures(open_terminal: Opener) -> None:
    terminal = open_terminal(*TOCHA, "run", "training.fit", "--set", "epochs=20")
    terminal.until("epochs  [")
    assert terminal.exit_status() == 0
    assert "finished after 4000 steps" in terminal.text
    assert b"\x1b[38;2;" in terminal.raw, "colours"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "training.fi"], ["no experiment fi", "fit"]),
        (["run", "trainings.fit"], ["no lesson trainings", "training"]),
        (["run", "fit"], ["no experiment fit", "training.fit"]),
        (["run", "training.fit", "--set", "speed=1"], ["no knob speed", "lr", "epochs"]),
        (["run", "training.fit", "--set", "lr=5"], ["lr", "1e-05", "to 1"]),
        (["run", "training.fit", "--set", "epochs=1.5"], ["epochs", "whole number"]),
        (["run", "training.fit", "--set", "activation=tan"], ["activation", "Tanh", "ReLU"]),
        (["run", "training.fit", "--set", "lr"], ["KNOB=VALUE"]),
        (["run", "training.fit", "--device", "tpu"], ["device", "auto", "cpu"]),
        (["run", "training.fit", "--seed", "x"], ["--seed"]),
        (["run", "training.fit", "--fast"], ["--fast"]),
        (["run"], ["EXPERIMENT"]),
        (["trainings"], ["no lesson trainings", "training"]),
    ],
    ids=lambda part: " ".join(part[-2:]) if part and part[0] in ("run", "trainings") else "",
)
def test_a_bad_argument_is_one_line_that_names_what_is_allowed(
    environment: dict[str, str], words: list[str], told: list[str]
) -> None:
    answer = tocha(environment, *words)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith("tocha: ")
    assert all(part in answer.stderr for part in told), answer.stderr


@pytest.mark.parametrize(
    ("name", "last", "told"),
    [
        ("raising", "run_failed", "ValueError: no such luck"),
        ("segfault", "run_died", "crashed (SIGSEGV)"),
    ],
)
def test_a_run_that_failed_says_so_in_one_line_and_exits_with_1(
    environment: dict[str, str], name: str, last: str, told: str
) -> None:
    answer = tocha(environment, "run", f"drill.{name}", "--json", command=PRACTICE)
    assert answer.returncode == 1
    assert objects(answer)[-1]["type"] == last
    assert answer.stderr.count("\n") == 1
    assert told in answer.stderr


@contextmanager
def started(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run of the practice lesson that goes on; it ends with the block at the latest."""
    with subprocess.Popen(
        [*PRACTICE, "run", *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=environment["PWD"],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("name", "last"), [("march", "run_stopped"), ("deaf", "run_died")])
def test_interrupted_it_stops_the_run_and_exits_with_130(
    environment: dict[str, str], name: str, last: str
) -> None:
    with started(environment, f"drill.{name}") as process:
        assert process.stdout is not None
        seen = set[str]()
        while not {"scalars", "printed"} <= seen:
            seen.add(json.loads(process.stdout.readline())["type"])
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(seconds(PATIENCE_SECONDS)) == 130
    assert json.loads(rest.splitlines()[-1])["type"] == last
    assert left_alive(environment[MARK]) == []


def test_a_reader_that_has_seen_enough_ends_it_quietly(environment: dict[str, str]) -> None:
    with started(environment, "drill.descend", "--set", "steps=1000000") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(seconds(PATIENCE_SECONDS))
        assert process.stderr.read() == b""
    assert left_alive(environment[MARK]) == []
