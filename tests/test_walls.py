"""The walls between the rooms stand: what may import what, in the text and in real processes."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
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
    """Every module of the rooms, from the root; exercises hold learners' code and are left out."""
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
    "engine/scope/lines.py": "import engine.probe.fit",
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


# No module without a contract


def walls(root: Path) -> tuple[set[str], set[str]]:
    """Rooms of which a contract says what they may import; and parts no contract is left for.

    A contract of a whole root is no wall: a new room in it would stand open to all the others.
    """
    listed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    rooms, left = set(), set()
    for contract in listed["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "only":
            rooms |= set(contract["source_modules"]) - set(ROOMS)
            left |= set(contract.get("except_modules", []))
        elif contract["type"] == "layers":
            layers = re.findall(r"[\w.]+", " ".join(contract["layers"]))
            rooms |= {f"{above}.{layer}" for above in contract["containers"] for layer in layers}
    return rooms, left - rooms


def unwalled(root: Path) -> list[str]:
    """A sentence for every module that no contract holds."""
    rooms, left = walls(root)
    said = [f"{name} is excepted from a contract, and no other one holds it." for name in left]
    for path in sources(root):
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        folders = [folder for folder in path.parents if folder != Path()]
        bare = [folder for folder in folders if not (root / folder / "__init__.py").exists()]
        if bare:
            said.append(
                f"{path} is in a folder without __init__.py, where no contract sees what it"
                " imports: Python belongs in a room, and in a lesson only below exercises/."
            )
        elif name in ROOMS:
            if any(map(_imports, ast.walk(ast.parse((root / path).read_text(encoding="utf-8"))))):
                said.append(f"{path} imports something: a root says what belongs in it, no more.")
        elif not any(f"{name}.".startswith(f"{room}.") for room in rooms):
            said.append(
                f"{name} is in no room: no contract says what it may import. Name it in"
                " pyproject.toml, in the sources of an 'only' contract or in the layers of tui."
            )
    return said


def _imports(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def test_every_module_is_held_by_a_contract_that_says_what_it_may_import() -> None:
    assert not (said := unwalled(ROOT)), "\n".join(said)


NEW = {
    "lessons/newroom.py": "import engine.views",
    "lessons/newroom/__init__.py": "import torch",
    "lessons/training/thing.py": "import torch",
    "lessons/exercises/thing.py": "import torch",
    "lessons/format/exercises/thing.py": "import torch",
    "engine/newroom.py": "import engine.grading.checks",
    "engine/newroom/deep/__init__.py": "import engine.experiments.data",
    "engine/processes.py": "import engine.grading.checks",
    "tui/newroom.py": "import tui.screens.home",
    "tui/newroom/__init__.py": "import engine.views",
}
"""New modules beside the rooms there are."""


@pytest.mark.parametrize("file", NEW)
def test_a_new_room_without_a_wall_is_named(file: str, copy: Path) -> None:
    (copy / file).parent.mkdir(parents=True, exist_ok=True)
    (copy / file).write_text(f"{NEW[file]}\n", encoding="utf-8")
    (said,) = unwalled(copy)
    module = ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")
    assert said.startswith((f"{file} is in", f"{module} is in no room"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_root_imports_nothing(room: str, copy: Path) -> None:
    with (copy / room / "__init__.py").open("a", encoding="utf-8") as text:
        text.write("import engine.views\n")
    (said,) = unwalled(copy)
    assert said.startswith(f"{room}/__init__.py imports something")


@pytest.mark.parametrize("file", ["lessons/newroom.py", "tui/newroom.py"])
def test_contracts_of_whole_roots_see_a_new_room(file: str, copy: Path) -> None:
    (copy / file).write_text(f"{NEW[file]}\n", encoding="utf-8")
    assert " 1 broken." in (said := contracts(copy)), said


@pytest.mark.parametrize("root", [*ROOMS, "tests"])
def test_every_package_says_what_belongs_in_it(root: str) -> None:
    for file in (ROOT / root).rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first, _, rest = said.partition("\n\n")
        assert first
        assert "What belongs here: " in rest, (
            f"{file.relative_to(ROOT)}: its docstring has a line that says what is in the folder,"
            " and below it 'What belongs here: …', with what does not."
        )


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
