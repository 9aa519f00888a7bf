"""Run the programs and write down what they say.

    PYTHONPATH=. python -m tests.doctor.outside.record [SHEET[/NAME] ...]

writes ``texts/SHEET/NAME.txt``. Each program runs in a process of its own, most of them in one
forked after torch was imported. Notebooks need IPython
and some programs pandas, torchvision or Lightning, which no test needs: ``OUTSIDE_PACKAGES`` names
a folder that has them; ``OUTSIDE_PYTHON_313`` and ``OUTSIDE_CUDA`` name other interpreters, for
coloured tracebacks and for torch with CUDA; ``OUTSIDE_PACKAGED`` one whose torch fits torchvision.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import types
import warnings
from pathlib import Path

from tests.doctor.outside.cases import GIVEN, Case, cases
from tests.doctor.outside.layouts import DRESSES, dressed

PACKAGES = os.environ.get("OUTSIDE_PACKAGES", "")
HOME, VENV, PYTHON = "/home/mira", "/home/mira/.venv", "/usr"
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
LIBRARY = re.compile(r"(/[\w.+-]+)+/(lib/python3\.\d+/)(?=site-packages/)")
STDLIB = re.compile(r"(?<=[\"' ])(?!/home/mira)(/[\w.+-]+)+/lib/(python3\.\d+/)(?!site-packages)")
SECONDS = 120
INTERPRETERS = {"ansi": "OUTSIDE_PYTHON_313", "new": "OUTSIDE_CUDA", "eco": "OUTSIDE_PACKAGED"}
FORKED = {"plain", "syntax", *DRESSES}

IN_PYTEST = "import sys, pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {file!r}]))"
IN_RICH = """
import rich.console, rich.traceback, runpy, sys
console = rich.console.Console(stderr=True, width={width}, force_terminal=False)
rich.traceback.install(console=console, show_locals={shown})
exec(compile(open({file!r}).read(), {file!r}, "exec"), {{"__name__": "__main__"}})
"""
IN_NOTEBOOK = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
shell.history_manager.enabled = False
shell.execution_count = 7
sys.stdout = sys.stderr
shell.run_cell(open({file!r}).read())
"""
TORCHRUN = "-m torch.distributed.run --standalone --nproc-per-node 2"


def _command(case: Case, file: str) -> list[str]:
    """What runs a program in its layout."""
    layout = case.layout.split()[0]
    interpreter = INTERPRETERS.get(layout)
    python = [os.environ[interpreter] if interpreter else sys.executable, "-W", "ignore"]
    if layout == "torchrun":
        return [*python, *TORCHRUN.split(), file]
    shells = {
        "pytest": IN_PYTEST.format(file=file),
        "rich": IN_RICH.format(
            file=file, shown=case.name.endswith("s"), width=_options(case).get("width", "100")
        ),
        "notebook": IN_NOTEBOOK.format(file=file),
    }
    return [*python, "-c", shells[layout]] if layout in shells else [*python, file]


def _options(case: Case) -> dict[str, str]:
    """``file=torch.py`` behind a layout, say."""
    return dict(option.split("=", 1) for option in case.layout.split()[1:])


def said(case: Case) -> str:
    """The words of a program, without this machine's folders."""
    options = _options(case)
    with tempfile.TemporaryDirectory() as name:
        folder = os.path.realpath(name)
        default = "test_model.py" if case.layout == "pytest" else "train.py"
        file = Path(folder, options.get("file", default))
        file.write_text(case.body, encoding="utf-8")
        if case.layout in FORKED:
            return anonymous(_forked(str(file)), folder).rstrip()
        run = subprocess.run(
            _command(case, str(file)),
            cwd=folder,
            env=_environment(case.layout, options),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
        text = run.stderr + (run.stdout if case.layout == "pytest" else "")
    return anonymous(text, folder).rstrip()


def _forked(file: str) -> str:
    """The words of a program in a process that has torch already."""
    words = Path(file).with_suffix(".stderr")
    pid = os.fork()
    if not pid:
        os.chdir(Path(file).parent)
        warnings.simplefilter("ignore")
        with words.open("w", encoding="utf-8") as sys.stderr:
            os.dup2(sys.stderr.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 0)
            try:
                _run(file)
            finally:
                sys.stderr.flush()
                os._exit(0)
    os.waitpid(pid, 0)
    return words.read_text(encoding="utf-8", errors="replace")


def _run(file: str) -> None:
    """In that process: the program as ``python train.py`` runs it."""
    main = types.ModuleType("__main__")
    main.__file__ = file
    sys.modules["__main__"] = main
    sys.path.insert(0, str(Path(file).parent))
    try:
        exec(compile(Path(file).read_text(encoding="utf-8"), file, "exec"), main.__dict__)
    except BaseException as error:
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
            traceback = traceback.tb_next
        if not isinstance(error, SystemExit):
            error.__traceback__ = traceback
            sys.__excepthook__(type(error), error, traceback)
        elif isinstance(error.code, str):
            sys.stderr.write(error.code + "\n")


def _environment(layout: str, options: dict[str, str]) -> dict[str, str]:
    """Of a program: nothing of the recorder's but the packages."""
    given = {name: value for name, value in options.items() if name.isupper()}
    colours = {"PYTHON_COLORS": "1", "FORCE_COLOR": "1"} if layout == "ansi" else {}
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": PACKAGES,
        "OMP_NUM_THREADS": "1",
        "IPYTHONDIR": tempfile.gettempdir(),
        **colours,
        **given,
    }


def anonymous(text: str, folder: str) -> str:
    """A text without this machine's folders and addresses."""
    text = text.replace(folder, f"{HOME}/cats")
    if PACKAGES:
        text = text.replace(PACKAGES, f"{VENV}/lib/python3.11/site-packages")
    text = LIBRARY.sub(rf"{VENV}/\2", text)
    text = text.replace(sysconfig.get_path("stdlib"), f"{PYTHON}/lib/python3.11")
    text = text.replace(sys.prefix, VENV)
    return ADDRESS.sub("0x7f0000000000", STDLIB.sub(rf"{PYTHON}/lib/\2", text))


def main(*only: str) -> None:
    """Record all, or those of these sheets and names."""
    sys.path.append(PACKAGES)
    import torch

    torch.set_num_threads(1)
    for case in cases():
        if case.sheet == GIVEN or (
            only and not {case.sheet, f"{case.sheet}/{case.name}"} & {*only}
        ):
            continue
        text = dressed(said(case), case.layout)
        case.place.parent.mkdir(parents=True, exist_ok=True)
        case.place.write_text(text + "\n" * (not text.endswith("\n")), encoding="utf-8")
        last = text.rstrip().rsplit("\n", 1)[-1]
        sys.stdout.write(f"{case.sheet}/{case.name}: {last[:110] or 'NOTHING WAS SAID'}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
