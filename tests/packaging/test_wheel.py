"""The wheel goes into an environment that has torch, and leaves what is there as it is.

The environment here is this one, seen through links: whatever torch and numpy run the tests are
those Tocha is installed beside, without an index, so nothing can be downloaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.environment import ROOT, clean

PACKAGES = Path(sysconfig.get_paths()["purelib"])
PIP = ("-m", "pip", "--isolated", "--disable-pip-version-check")
KEPT = {"torch", "numpy"}
TOCHA = ("tocha-", "tocha.py", "_editable_impl_tocha")
"""What the new environment must not have from this one."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    done = subprocess.run(
        [sys.executable, *build, str(ROOT)], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.glob("tocha-*.whl")
    return made


class Environment:
    """A new virtual environment in which everything of this one is installed, but Tocha."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False)
        self.folder = folder
        self.python = str(folder / "bin" / "python")
        where = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
        self.packages = Path(self.run(self.python, "-c", where).strip())
        for entry in PACKAGES.iterdir():
            if not entry.name.startswith(TOCHA):
                (self.packages / entry.name).symlink_to(entry)

    def run(self, *command: str) -> str:
        """What a command prints on standard output; it has to succeed."""
        surroundings = clean(self.folder / "home")
        del surroundings["PYTHONPATH"]
        # A machine's own settings of pip say nothing about the wheel.
        surroundings["PIP_CONFIG_FILE"] = os.devnull
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env=surroundings
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def versions(self) -> dict[str, str]:
        """Every installed distribution and its version."""
        listed = json.loads(self.run(self.python, *PIP, "list", "--format=json"))
        return {each["name"].lower(): each["version"] for each in listed}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The new environment, before anything was installed in it."""
    return Environment(tmp_path_factory.mktemp("environment"))


def test_only_tocha_is_installed_beside_the_torch_that_is_there(
    wheel: Path, environment: Environment
) -> None:
    before = environment.versions()
    assert before.keys() >= KEPT
    assert "tocha" not in before
    environment.run(environment.python, *PIP, "install", "--no-index", str(wheel))
    after = environment.versions()
    assert after.pop("tocha")
    assert after == before
    links = [environment.packages / name for name in KEPT]
    assert all(link.is_symlink() for link in links), "torch or numpy was installed again"

    tocha = str(environment.folder / "bin" / "tocha")
    assert "training.fit" in environment.run(tocha, "list")
    answer = environment.run(tocha, "run", "training.fit", "--set", "epochs=3", "--json")
    assert json.loads(answer.splitlines()[-1])["type"] == "run_finished"
    where = "import engine, sys, pathlib; print(pathlib.Path(engine.__file__).parent.parent)"
    assert Path(environment.run(environment.python, "-P", "-c", where).strip()) == (
        environment.packages
    )


def test_the_wheel_holds_every_file_that_is_read_at_run_time(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    data = (".toml", ".md", ".tcss", ".py")
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ("tui", "lessons", "engine")
        for path in (ROOT / room).rglob("*")
        if path.suffix in data and "__pycache__" not in path.parts
    }
    # The command's own module stands on top, under a name that is nobody else's.
    assert wanted - {"tui/entry.py"} | {"tocha.py"} <= inside
    assert not [name for name in inside if name.startswith("tests/")]
