"""The walls between the rooms stand: what may import what, in the text and in real processes."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.process.protocol import Experiment
from lessons.format import catalog
from tests.environment import ROOT, clean
from tests.learner_runs import check, script
from tests.runs import Runs

ROOMS = ("tui", "lessons", "engine")

BY_NAME = {"import_module", "__import__", "find_spec"}
"""What an import contract cannot see through."""

KNOWN = {
    ("engine/process/run.py", "find"): "an experiment, by the name in its job",
    ("engine/process/torch_facts.py", "is_compiled"): "torch is asked about, not imported",
    ("engine/watch/script.py", "find_spec"): "the script's own import of torch",
    ("lessons/format/source.py", "module"): "an experiment's text is read, not imported",
    ("lessons/format/source.py", "is_package"): "an experiment's text is read, not imported",
}
"""The only functions that may import by a name they compute, and what that is."""


def by_name(node: ast.AST, function: str = "") -> Iterator[tuple[str, str]]:
    """Function and imported name of everything below that imports by name; "" if computed."""
    for child in ast.iter_child_nodes(node):
        within = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call) and _named(child.func) in BY_NAME:
            first = child.args[0] if child.args else None
            yield within, str(first.value) if isinstance(first, ast.Constant) else ""
            for argument in [*child.args, *child.keywords]:
                yield from by_name(argument, within)
        elif _named(child) in BY_NAME:
            yield within, ""  # handed on under another name
        else:
            yield from by_name(child, within)


def _named(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.alias):
        return node.name if node.asname else ""
    return node.id if isinstance(node, ast.Name) else ""


def test_nothing_is_imported_by_name_but_what_is_known() -> None:
    found = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        if "/exercises/" not in file:
            for function, name in by_name(ast.parse(path.read_text(encoding="utf-8"))):
                found.add((file, function))
                assert not name, f"{file} imports {name} by name: import it as it is"
    assert found == KNOWN.keys()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("importlib.import_module('lessons.format')", ["lessons.format"]),
        ("def f():\n    return __import__(f'lessons.{x}')", [""]),
        ("from importlib import import_module as load\nload('tui')", [""]),
        ("load = importlib.import_module\nload('tui')", [""]),
        ("print(importlib.util.find_spec(name='torch'))", [""]),
        ("import importlib.metadata", []),
    ],
)
def test_an_import_by_name_is_seen(code: str, names: list[str]) -> None:
    assert [name for _, name in by_name(ast.parse(code))] == names


# The contracts

PLANTED = {
    "tui/state/museum.py": "import torch",
    "tui/widgets/prose.py": "import tui.screens.home",
    "tui/terminal/theme.py": "import lessons.store",
    "engine/views.py": "import torch",
    "engine/history.py": "import msgspec",
    "engine/plots/cells.py": "import textual",
    "engine/experiments/data.py": "import engine.probe.fit",
    "engine/experiments/parts/timing.py": "import engine.experiments.data",
    "engine/process/feed.py": "import engine.grading.jobs",
    "engine/process/run.py": "import engine.experiments.data",
    "engine/doctor/rules.py": "import engine.probe.fit",
    "engine/probe/fit.py": "import engine.grading.checks",
    "engine/grading/jobs.py": "import lessons.format.catalog",
    "engine/watch/log.py": "import engine.grading.jobs",
    "lessons/format/exercises.py": "import lessons.format.catalog",
    "lessons/format/knobs.py": "import torch",
    "lessons/store/runs.py": "import lessons.learner.progress",
    "lessons/learner/export.py": "import tui",
}
"""A hole in every wall."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of everything that contracts are about."""
    for room in ROOMS:
        skipped = shutil.ignore_patterns("exercises", "__pycache__")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=skipped)
    for file in ("pyproject.toml", "tests/__init__.py", "tests/contracts.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def contracts(folder: Path) -> str:
    """What import-linter says of a tree."""
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    answer = subprocess.run(
        [sys.executable, "-P", "-c", command],
        cwd=folder,
        env=clean(folder) | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    return answer.stdout + answer.stderr


def test_every_contract_is_kept(copy: Path) -> None:
    assert " 0 broken." in (said := contracts(copy)), said


def test_every_contract_can_be_broken(copy: Path) -> None:
    for file, line in PLANTED.items():
        with (copy / file).open("a", encoding="utf-8") as text:
            text.write(f"{line}\n")
    assert "Contracts: 0 kept" in (said := contracts(copy)), said


# What import contracts cannot say

STATE_MAY_IMPORT = {"textual.dom"}
"""Of Textual: the node that asked for a run, to send its events to."""


def test_state_knows_no_widget() -> None:
    taken = set()
    for path in (ROOT / "tui/state").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                taken.add(node.module or "")
            elif isinstance(node, ast.Import):
                taken |= {each.name for each in node.names}
    assert {name for name in taken if name.startswith(("textual", "rich"))} == STATE_MAY_IMPORT


# Real processes

ALL_OF_A_ROOM = """
import importlib, pkgutil, sys
for name in sys.argv[1].split(","):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if "exercises" not in module.name:
            importlib.import_module(module.name)
            print(module.name)
print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.mark.parametrize(
    ("rooms", "never"),
    [
        ("lessons", {"torch", "numpy", "textual", "tui"}),
        (
            "engine.views,engine.history,engine.plots,engine.doctor,engine.process.client,"
            "engine.process.protocol,engine.watch.follower,engine.watch.keeper",
            {"torch", "textual", "tui", "lessons"},
        ),
        ("engine", {"textual", "tui", "lessons"}),
    ],
)
def test_a_room_loads_nothing_from_beyond_its_walls(
    rooms: str, never: set[str], tmp_path: Path
) -> None:
    answer = subprocess.run(
        [sys.executable, "-P", "-c", ALL_OF_A_ROOM, rooms],
        capture_output=True,
        text=True,
        env=clean(tmp_path),
    )
    assert answer.returncode == 0, answer.stderr
    assert not set(answer.stdout.splitlines()[-1].split()) & never


LOADED = "print(*sorted({name.partition('.')[0] for name in __import__('sys').modules}))\n"


async def test_neither_server_nor_run_nor_check_loads_a_lesson(engine: Runs) -> None:
    exercise = catalog.exercise("optimizers/walk-downhill")
    judged = await check(engine, exercise.name, LOADED + exercise.solution)
    assert all(result.outcome == "passed" for result in judged.results)
    begun = engine.begin(Experiment("optimizers", "race", {"steps": 2}))
    await engine.ended(begun)
    # A run is the server's image as it is now: after a check and an experiment.
    ran = await script(engine, LOADED)
    for loaded in (judged.printed.split(), ran.printed.split()):
        assert {"torch", "engine"} <= set(loaded)
        assert not {"lessons", "tui", "textual", "tests"} & set(loaded)
