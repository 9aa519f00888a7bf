"""Write down what the installed torch says: the traceback of every rule's snippet, as text.

    python -m tests.doctor.record tests/doctor/messages [RULE ...]

fills ``torch-<version>/`` and, for plain Python's errors, ``python-<version>/``, one file a rule.
Where something cannot be raised on this build or machine, the reason is printed and no file is
written: run it again where it can. What torch says elsewhere stands beside them, in
``from-source/``.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import sysconfig
import tempfile
import warnings
from pathlib import Path
from types import TracebackType

from engine.doctor import Rule, rules
from engine.doctor.needs import unmet
from engine.process import learner_module
from engine.process.torch_build import this_build

FILE = "train.py"
HOME, VENV, PYTHON = "/home/me", "/venv", "/usr"
"""What stands in the texts for the folders of this machine."""

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
MOST_LINES = 80
"""Of one text."""

RAISED, UNAVAILABLE, NOTHING = 0, 1, 2
"""How the process of a snippet ends."""


def folder_of(rule: Rule) -> str:
    """Where its text belongs: plain Python's words change with Python, all others with torch."""
    if rule.topic == "python":
        return f"python-{'.'.join(platform.python_version_tuple()[:2])}"
    import torch

    return f"torch-{torch.__version__}"


def record(code: str, needs: str) -> tuple[int, str]:
    """Raise an error in a process of its own: how that ended, and what it said."""
    with tempfile.TemporaryDirectory() as name:
        said = Path(name, "stderr")
        pid = os.fork()
        if not pid:
            status = NOTHING
            try:
                with said.open("w", encoding="utf-8") as sys.stderr:
                    os.dup2(sys.stderr.fileno(), 2)
                    status = _raise(code, needs, name)
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return status, anonymous(said.read_text(encoding="utf-8"), name)


def _raise(code: str, needs: str, folder: str) -> int:
    """In the process of a snippet: run it as ``python train.py`` does."""
    if lack := unmet(needs, this_build()):
        sys.stderr.write(lack)
        return UNAVAILABLE
    # What is recorded is the error; some warnings would tell where this file stands.
    warnings.simplefilter("ignore")
    learner_module.limit_files()
    os.chdir(folder)
    path = str(Path(folder, FILE))
    Path(path).write_text(code, encoding="utf-8")
    main = learner_module.module("__main__", path)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        exec(compile(code, path, "exec"), main.__dict__)
    except BaseException as error:
        error.__traceback__ = _theirs(error.__traceback__)
        sys.__excepthook__(type(error), error, error.__traceback__)
        return RAISED
    return NOTHING


def _theirs(traceback: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that is not of this file."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return traceback


def anonymous(text: str, folder: str) -> str:
    """A traceback without this machine's folders and addresses."""
    version = f"python{'.'.join(platform.python_version_tuple()[:2])}"
    paths = {
        os.path.realpath(folder): HOME,
        folder: HOME,
        sysconfig.get_path("purelib"): f"{VENV}/lib/{version}/site-packages",
        sysconfig.get_path("stdlib"): f"{PYTHON}/lib/{version}",
    }
    for path, name in paths.items():
        text = text.replace(path, name)
    return shortened(ADDRESS.sub("0x7f0000000000", text).rstrip())


def shortened(text: str) -> str:
    """A traceback of endless calls without its middle."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"  ... {len(lines) - 2 * half} lines ...", *lines[-half:]]
    return "\n".join(lines) + "\n"


def main(out: Path, *only: str) -> int:
    """Record every rule, or those with these ids.

    Returns how many pieces of code raised nothing, which none should.
    """
    silent = 0
    for rule in rules():
        if rule.staged or not rule.snippet or (only and rule.id not in only):
            continue
        for number, code in enumerate(rule.raisers):
            status, said = record(code, rule.needs)
            if status == RAISED:
                place = out / folder_of(rule) / f"{rule.id}{f'.{number + 1}' if number else ''}.txt"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(said, encoding="utf-8")
                continue
            silent += status != UNAVAILABLE
            why = said.strip() if status == UNAVAILABLE else "nothing was raised"
            sys.stdout.write(f"{rule.id}: {why}\n")
    return silent


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
