"""A project of the learner's may have a folder that is called like one of ours."""

from __future__ import annotations

from pathlib import Path

from engine.process.protocol import Script
from tests.learner_runs import done
from tests.runs import Runs


async def test_scratch_imports_a_projects_own_engine(engine: Runs, tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("def power(): return 42\n")
    (tmp_path / "engine" / "parts.py").write_text("wheels = 4\n")
    file = tmp_path / "train.py"
    code = "import engine\nfrom engine.parts import wheels\nprint(engine.power(), wheels)\n"
    ran = await done(engine, Script(code, str(file)))
    assert ran.printed == "42 4\n"
