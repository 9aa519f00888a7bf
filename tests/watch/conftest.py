"""Scripts to watch, each written to a folder of its own."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.environment import MARK, clean, left_alive, marked, seconds
from tests.terminal import TOCHA, Terminal

Result: TypeAlias = "subprocess.CompletedProcess[str]"

TRAIN = """
    import sys, time, torch
    from torch import nn
    torch.manual_seed(0)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    x = torch.linspace(0, 1, 8).unsqueeze(1)
    losses = open("losses.txt", "w")
    for step in range(int(sys.argv[1])):
        loss = ((model(x) - 3 * x) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(loss.item(), file=losses)
        if step % 100 == 0:
            print("at step", step)
        time.sleep(float(sys.argv[2]))
    losses.close()
    print("done training")
    """
"""Steps and the seconds between them are arguments; every loss also goes to losses.txt."""


WRONG = """
    import time, torch
    from torch import nn
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x = torch.linspace(0, 1, 16).unsqueeze(1)
    for step in range(60):
        loss = ((model(x) - x.squeeze()) ** 2).mean()
        loss.backward()
        optimizer.step()
    """
"""Two mistakes: shapes that meet by accident, and gradients that pile up."""


class Bench:
    """A folder with scripts, and Tocha to watch them with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "scripts"
        self.folder.mkdir()
        self.environment = clean(folder / "home")
        self.watched = folder / "home" / "watched"

    def write(self, name: str, text: str) -> Path:
        """A script, or any other file of its folder."""
        file = self.folder / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(textwrap.dedent(text))
        return file

    def tocha(self, *arguments: str, said: str = "", **variables: str) -> Result:
        """What a command says, without a terminal; ``said`` is piped into it."""
        return subprocess.run(
            [*TOCHA, *arguments],
            env=self.environment | variables,
            cwd=self.folder,
            input=said,
            capture_output=True,
            text=True,
            timeout=seconds(110),
            check=False,
        )

    def watching(self, first: str) -> subprocess.Popen[str]:
        """``script.py``, watched without a terminal, once it has said its first line."""
        process = subprocess.Popen(
            [*TOCHA, "watch", "script.py"],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == f"{first}\n"
        return process

    def open(self, *arguments: str, **settings: int) -> Terminal:
        """The same in a terminal."""
        command = (*TOCHA, *arguments)
        return Terminal(command, environment=self.environment, cwd=self.folder, **settings)  # type: ignore[arg-type]

    @property
    def losses(self) -> list[float]:
        """What the script itself has written down."""
        return [float(line) for line in (self.folder / "losses.txt").read_text().splitlines()]

    def left_alive(self) -> list[str]:
        """Processes that are still there a while later."""
        return left_alive(self.environment[MARK])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for process in marked(made.environment[MARK]):
        process.kill()


@pytest.fixture
def train(bench: Bench) -> str:
    """A script that trains for as long as it is told to."""
    return bench.write("train.py", TRAIN).name
