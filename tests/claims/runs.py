"""Runs for claims: each in a process of its own, forked from one that has torch; remembered.

As a program it makes runs: a list of jobs comes on standard input, and each answer goes to the
file of its key.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.util
import math
import os
import resource
import subprocess
import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from engine.process.protocol import Shown, TooLongError, decode_event, encode
from engine.views import Scalars
from lessons.format import catalog
from lessons.format.evidence import Course, Evidence
from lessons.format.schema import Value
from tests.claims.stated import Setting
from tests.environment import ROOT, seconds

KEPT = Path(os.environ.get("TOCHA_CLAIMS", ROOT / ".pytest_cache" / "claims"))
"""Runs that were made, by what they depend on."""

WORKERS = int(os.environ.get("TOCHA_CLAIMS_WORKERS", "2"))
"""Runs at the same time."""


class Job(msgspec.Struct, frozen=True):
    """A run to make."""

    experiment: str
    knobs: tuple[tuple[str, Value], ...]
    seed: int

    @property
    def file(self) -> Path:
        """Where its answer is kept: another name when any code it goes through has changed."""
        said = msgspec.json.encode(self) + _code(catalog.experiment(self.experiment).topic)
        return KEPT / hashlib.sha256(said).hexdigest()[:32]


class Answer(msgspec.Struct):
    """What a run has shown, as it is kept."""

    final: dict[str, float | None] = {}
    courses: dict[str, tuple[bytes, bytes]] = {}
    views: dict[str, bytes] = {}
    """The newest of each picture by "plot/name", as the app gets it, in their order."""
    error: str = ""
    cpu: float = 0.0
    """Seconds."""

    @property
    def evidence(self) -> Evidence:
        """As a condition looks at it."""
        courses = {
            name: Course(array("d", steps), array("d", values))
            for name, (steps, values) in self.courses.items()
        }
        views = {}
        for name, line in self.views.items():
            event = decode_event(line)
            assert isinstance(event, Shown)
            views[name] = views[name.partition("/")[2]] = event.view
        return Evidence(self.final, courses, views)


def job(setting: Setting, seed: int) -> Job:
    """One run of a setting; an experiment's own knob ``seed`` moves along."""
    knobs = dict(setting.knobs)
    if "seed" in knobs:
        knobs["seed"] = int(knobs["seed"]) + seed
    return Job(setting.experiment, tuple(knobs.items()), seed)


ATTEMPTS = 3
"""Another process may forget a run just when it is wanted here: it found its claim untrue."""


def answers(jobs: Iterable[Job]) -> dict[Job, Answer]:
    """What all these runs have shown; those not yet made are made now."""
    places = {one: one.file for one in jobs}
    known: dict[Job, Answer] = {}
    for _ in range(ATTEMPTS):
        wanted = {one: place for one, place in places.items() if one not in known}
        _make([(str(place), one) for one, place in wanted.items() if not place.exists()])
        known |= {one: kept for one, place in wanted.items() if (kept := _kept(place))}
    lost = Answer(error="the run's process ended without an answer")
    return {one: known.get(one, lost) for one in places}


def _make(missing: list[tuple[str, Job]]) -> None:
    if missing:
        KEPT.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "tests.claims.runs"],
            input=msgspec.json.encode(missing),
            check=True,
            cwd=ROOT,
            timeout=seconds(3600),
        )


def _kept(place: Path) -> Answer | None:
    try:
        return msgspec.msgpack.decode(place.read_bytes(), type=Answer)
    except FileNotFoundError:
        return None


@cache
def _code(topic: str) -> bytes:
    """A fingerprint of the topic's code, of all of ours that it imports, and of torch."""
    found: dict[str, bytes] = {}
    waiting = [topic if "." in topic else f"engine.experiments.{topic}", "engine.views"]
    while waiting:
        name = waiting.pop()
        file = ROOT / f"{name.replace('.', '/')}.py"
        if name not in found and file.exists():
            code = ast.parse(file.read_bytes())
            waiting += (one for one in _imports(code) if one.startswith("engine.experiments"))
            found[name] = ast.dump(_Wordless().visit(code)).encode()
    torch = importlib.util.find_spec("torch")
    version = Path(torch.origin or "").with_name("version.py").read_bytes() if torch else b""
    return hashlib.sha256(b"".join(found[name] for name in sorted(found)) + version).digest()


class _Wordless(ast.NodeTransformer):
    """Leaves out docstrings: other words need no new runs."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else node


def _imports(code: ast.AST) -> Iterator[str]:
    for node in ast.walk(code):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def perform(one: Job) -> Answer:
    """Make the run here and now, and look at it as the app would."""
    from tests.experiments.runs import start

    courses: dict[str, tuple[array[float], array[float]]] = {}
    views: dict[str, bytes] = {}
    for view in start(one.experiment, dict(one.knobs), one.seed):
        if isinstance(view, Scalars):
            for name, value in view.values.items():
                steps, values = courses.setdefault(name, (array("d"), array("d")))
                steps.append(view.step)
                values.append(float(value.item() if hasattr(value, "item") else value))
        else:
            _keep(view, views)
    final = {name: _finite(values[-1]) for name, (_, values) in courses.items()}
    kept = {name: (s.tobytes(), v.tobytes()) for name, (s, v) in courses.items()}
    return Answer(final, kept, views)


def _keep(view: Any, views: dict[str, bytes]) -> None:
    """Encode it at once: what it holds may be changed in place by the next step."""
    name = "/".join(view.key)
    views.pop(name, None)
    with contextlib.suppress(TooLongError):
        views[name] = encode(Shown(view=view))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _answer(one: Job, place: Path) -> None:
    """In a process of its own: make the run, keep the answer."""
    import torch

    torch.set_num_threads(1)
    sys.stdout = sys.stderr
    try:
        answer = perform(one)
    except Exception as error:
        answer = Answer(error=f"{type(error).__name__}: {error}")
    answer.cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    new = place.with_suffix(f".{os.getpid()}")
    new.write_bytes(msgspec.msgpack.encode(answer))
    new.replace(place)


def main() -> None:
    """Fork one process a job, a few at a time."""
    from importlib import import_module

    from engine.process.server import import_everything

    import_everything()
    jobs = msgspec.json.decode(sys.stdin.buffer.read(), type=list[tuple[str, Job]])
    for topic in {catalog.experiment(one.experiment).topic for _, one in jobs}:
        import_module(f"engine.experiments.{topic}")
    alive = 0
    for place, one in jobs:
        if Path(place).exists():  # another report has made it meanwhile
            continue
        if alive == WORKERS:
            os.wait()
            alive -= 1
        if os.fork() == 0:
            _answer(one, Path(place))
            os._exit(0)
        alive += 1
    while alive:
        os.wait()
        alive -= 1


if __name__ == "__main__":
    main()
