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
from tests.computed_imports import KNOWN, uses
from tests.environment import ROOT, clean
from tests.learner_runs import check, script
from tests.runs import Runs

ROOMS = ("tui", "lessons", "engine")


def sources(root: Path) -> Iterator[Path]:
    """Every module of the rooms, from the root; not what exercises hold, which is learners' code."""
    for path in (path for room in ROOMS for path in (root / room).rglob("*.py")):
        within = path.relative_to(root)
        lesson = root.joinpath(*within.parts[:2], "lesson.toml")
        if not (within.parts[2:3] == ("exercises",) and lesson.exists()):
            yield within


def test_nothing_is_imported_by_name_but_what_is_known() -> None:
    found = set()
    for path in sources(ROOT):
        file = path.as_posix()
        for use in uses(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            found.add((file, use.function, use.what))
            assert not use.name, f"{file} imports {use.name} by name: import it as it is"
    for file, function, what in sorted(found - KNOWN.keys()):
        pytest.fail(
            f"{file}, {function or 'at its top'}: {what} hides from the contracts what is imported."
            " Import it as it is; or list the use in KNOWN of tests/computed_imports.py, and why."
        )
    assert not KNOWN.keys() - found, "no longer used: take it from KNOWN"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("importlib.import_module('lessons.format')", ["import_module lessons.format"]),
        ("def f():\n    return __import__(f'lessons.{x}')", ["__import__"]),
        ("async def f():\n    __import__(name)", ["__import__"]),
        (
            "from importlib import import_module as load\nload('tui')",
            ["import_module"],
        ),
        ("load = importlib.import_module\nload('tui')", ["import_module"]),
        ("print(importlib.util.find_spec(name='torch'))", ["find_spec"]),
        ("import_module(__import__)", ["import_module", "__import__"]),
        ("exec('import tui')", ["exec"]),
        ("f(eval)", ["eval"]),
        ("from builtins import exec as run", ["exec"]),
        ("builtins.exec(text)", ["exec"]),
        ("FunctionType(compile(text, '', 'exec'), {})()", ["compile"]),
        ("getattr(builtins, name)('tui')", ["builtins"]),
        ("getattr(importlib, 'import_' + 'module')", ["importlib"]),
        ("getattr(importlib.util, name)", ["importlib.util"]),
        ("getattr(x, 'import_module')", ["import_module"]),
        ("vars(importlib)[name]", ["importlib"]),
        ("builtins.__dict__[name]", ["builtins.__dict__"]),
        ("__builtins__['__imp' + 'ort__']", ["__builtins__"]),
        ("globals()['__builtins__']", ["__builtins__"]),
        ("import importlib as hidden", ["importlib"]),
        ("from importlib import util", ["importlib.util"]),
        ("from importlib import *", ["importlib.*"]),
        ("runpy.run_module('tui')", ["run_module tui"]),
        ("from runpy import run_path\nrun_path(file)", ["run_path"]),
        ("pkgutil.resolve_name('tui:app')", ["resolve_name tui:app"]),
        ("sys.modules['tui']", ["sys.modules"]),
        ("from sys import modules", ["sys.modules"]),
        ("import sys as system", ["sys"]),
        ("getattr(sys, 'modules')", ["sys"]),
        ("importlib.util.spec_from_file_location('tui', file)", ["spec_from_file_location"]),
        ("importlib.util.spec_from_loader('tui', x)", ["spec_from_loader"]),
        ("importlib.machinery.SourceFileLoader('tui', file)", ["SourceFileLoader"]),
        ("import importlib.metadata, importlib.util, sys, builtins", []),
        ("sys.path, importlib.metadata.version('torch'), builtins.watch", []),
        ("model.eval(), re.compile('x'), model.modules()", []),
    ],
)
def test_an_import_by_name_is_seen(code: str, found: list[str]) -> None:
    assert [f"{use.what} {use.name}".strip() for use in uses(ast.parse(code))] == found


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
