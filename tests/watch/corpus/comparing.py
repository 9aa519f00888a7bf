"""Run a script with Python and under watch, and say where the two differ."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.process.protocol import Finding, Noted, Samples, decode_event
from engine.watch import record as records
from tests.environment import clean, seconds
from tests.terminal import TOCHA

SCRIPTS = Path(__file__).with_name("scripts")
HELPERS = {"ending"}

WITHIN = 0.01
"""A loss that is shown may differ by this part from what the script prints."""

SHOWN = ("loss", "lr")
"""What is compared begins with these."""

UNSEEN = {"functional_per_sample"}
"""Scripts whose loss is in no graph: the screen says so."""


def names() -> list[str]:
    """All scripts of the corpus."""
    return sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem not in HELPERS)


@dataclass
class Run:
    """What a script did."""

    status: int
    output: bytes
    errors: bytes


@dataclass
class Watched(Run):
    """What it did under watch, and what was seen of it."""

    series: dict[str, list[float]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)


@dataclass
class Compared:
    """A row of the table; empty words mean that all is well."""

    name: str
    output: str = ""
    status: str = ""
    chance: str = ""
    weights: str = ""
    loss: str = ""
    findings: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing differs."""
        return not any(list(vars(self).values())[1:])


PLAINLY = "tests.watch.corpus.plainly"


def plain(script: Path, command: tuple[str, ...] = (sys.executable,)) -> Run:
    """What ``python SCRIPT`` does."""
    with tempfile.TemporaryDirectory() as home:
        return _run([*command, script.name], script.parent, surroundings(home))


def watched(script: Path, python: str = sys.executable) -> Watched:
    """What ``tocha watch --plain SCRIPT`` does, without the lines that are Tocha's own."""
    with tempfile.TemporaryDirectory() as home:
        command = [python, *TOCHA[1:], "watch", "--plain", script.name]
        ran = _run(command, script.parent, surroundings(home))
        own = re.compile(rb"^\[" + re.escape(script.name.encode()) + rb"\] .*\n", re.MULTILINE)
        seen = Watched(ran.status, own.sub(b"", ran.output), ran.errors)
        _read(Path(home) / "watched", seen)
        return seen


def surroundings(home: str) -> dict[str, str]:
    """Variables for both; one thread, for the same sums on a machine with many tests."""
    return clean(Path(home)) | {"OMP_NUM_THREADS": "1", "TORCHINDUCTOR_CACHE_DIR": f"{home}/cache"}


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> Run:
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds(300),
        check=False,
    )
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return Run(status, done.stdout, done.stderr)


def _read(root: Path, seen: Watched) -> None:
    for place, _ in records.all_records(root):
        for line in (place / records.LOG).read_bytes().splitlines():
            match decode_event(line):
                case Samples(run_id=0, name=name, values=values) if name.startswith(SHOWN):
                    seen.series.setdefault(name, []).extend(np.asarray(values).tolist())
                case Finding(rule=rule):
                    seen.found.append(rule)
                case Noted(about=about, text=text):
                    seen.noted.append(f"{about}: {text}" if about else text)


def compared(name: str, one: Run, other: Watched) -> Compared:
    """Where they differ."""
    row = Compared(name)
    if one.status != other.status:
        row.status = f"{one.status} is {other.status}"
    # Where the last line is not ended, one of Tocha's own begins with a newline.
    if one.output.rstrip(b"\n") != other.output.rstrip(b"\n"):
        row.output = _difference(one.output, other.output)
    elif _timeless(one.errors) != _timeless(other.errors):
        row.output = "error: " + _difference(one.errors, other.errors)
    for word in ("weights", "chance"):
        if _lines(one.output, word) != _lines(other.output, word):
            setattr(row, word, "differ")
    if name not in UNSEEN:
        row.loss = "; ".join(misses(one.output.decode(errors="replace"), other.series))
    row.findings = ", ".join(other.found)
    return row


def _timeless(errors: bytes) -> bytes:
    """Without the moment and the process that PyTorch's own log names, and the compiler's count.

    The compiler counts the functions it has looked at, those it left alone included.
    """
    errors = re.sub(rb"^[IWE]\d{4} [\d:.]+ \d+ ", b"", errors, flags=re.MULTILINE)
    return re.sub(rb"\] \[\d+/\d+\] ", b"] ", errors)


def _lines(output: bytes, word: str) -> list[bytes]:
    return [line for line in output.splitlines() if line.startswith(word.encode())]


def _difference(one: bytes, other: bytes) -> str:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    for a, b in pairs:
        if a != b:
            return f"{a!r} is {b!r}"
    return f"{len(one)} bytes are {len(other)}"


PRINTED = re.compile(r"^(lr|loss(?: [A-Za-z_0-9]+)?) (-?[\d.]+(?:e-?\d+)?)\b", re.MULTILINE)


def misses(output: str, series: dict[str, list[float]]) -> Iterator[str]:
    """Losses that the script printed and that were not shown, in order, in the series so called.

    A learning rate is shown when it changes.
    """
    printed: dict[str, list[float]] = {}
    for name, number in PRINTED.findall(output):
        printed.setdefault(name, []).append(float(number))
    for name, numbers in printed.items():
        shown = iter(series.get(name, []))
        for count, number in enumerate(numbers):
            if name == "lr" and count and number == numbers[count - 1]:
                continue
            if not any(_is_near(number, each) for each in shown):
                yield f"{name}: {number:g}, the {count + 1}th of {len(numbers)}, was not shown"
                break


def _is_near(number: float, shown: float) -> bool:
    return math.isclose(number, shown, rel_tol=WITHIN, abs_tol=1e-9)
