"""A watched script notices nothing: it runs as ``python script.py`` would."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.environment import ROOT, seconds
from tests.terminal import TOCHA
from tests.watch.conftest import WRONG, Bench, Result


def body(result: Result) -> list[str]:
    """What the script printed, without lines of our own."""
    ours = ("[script.py] ", "[package.train] ")
    return [line for line in result.stdout.splitlines() if not line.startswith(ours)]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("pass", 0),
        ("import sys; sys.exit(3)", 3),
        ("raise SystemExit('no')", 1),
        ("1 / 0", 1),
        ("import os; os._exit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + signal.SIGKILL),
        ("raise KeyboardInterrupt", 128 + signal.SIGINT),
        ("def f(:", 1),
        ("import torch, sys; torch.zeros(2); sys.exit(4)", 4),
    ],
)
def test_its_exit_status_is_kept(bench: Bench, text: str, status: int) -> None:
    bench.write("script.py", text)
    assert bench.tocha("watch", "script.py").returncode == status
    # Coming back later says the same.
    assert bench.tocha("attach").returncode == status
    assert bench.left_alive() == []


def test_it_sees_what_python_would_show_it(bench: Bench) -> None:
    bench.write("neighbour.py", "name = 'next door'")
    bench.write(
        "script.py",
        """
        import os, sys
        import neighbour
        print(sys.argv[1:], __name__, __file__, os.path.basename(sys.path[0]), neighbour.name)
        print(sys.modules["__main__"].__dict__ is globals(), __spec__, "torch" in sys.modules)
        print(sorted(name for name in globals()), type(__loader__))
        print(sorted(sys.modules.keys() & {"numpy", "msgspec", "torch", "click"}))
        print(os.getcwd(), sorted(os.environ.items()))
        print(sys.stdout.isatty(), sys.stderr.line_buffering, sys.stdout.encoding)
        print(sys.stdin.read())
        """,
    )
    arguments = ["script.py", "--lr", "0.1", "-m", "--help"]
    watched = bench.tocha("watch", *arguments, said="piped in")
    plain = subprocess.run(
        [sys.executable, *arguments],
        cwd=bench.folder,
        env=bench.environment,
        input="piped in",
        capture_output=True,
        text=True,
        check=True,
    )
    assert body(watched) == plain.stdout.splitlines()


@pytest.mark.cold
def test_neither_its_frames_nor_its_flags_nor_its_modules_show_us(bench: Bench) -> None:
    for name in ("json", "contextlib", "pathlib", "signal"):
        bench.write(f"{name}.py", f"whose = 'the script, {name}'")
    bench.write(
        "script.py",
        """
        import sys
        import json, contextlib, pathlib, signal
        print(json.whose, contextlib.whose, pathlib.whose, signal.whose)
        print(sys.flags, sys.orig_argv[1:], sys._getframe().f_back, sys.excepthook)
        print("sitecustomize" in sys.modules, sys.path)
        """,
    )
    plain = subprocess.run(
        [sys.executable, "script.py", "-P"],
        cwd=bench.folder,
        env=bench.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert body(bench.tocha("watch", "script.py", "-P")) == plain.stdout.splitlines()


@pytest.mark.cold
def test_signals_that_are_ignored_stay_so(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import signal
        print([n.name for n in signal.Signals if signal.getsignal(n) is signal.SIG_IGN])
        """,
    )

    def ran(*words: str) -> list[str]:
        command = 'trap "" HUP INT QUIT USR1; exec "$@"'
        done = subprocess.run(
            ["sh", "-c", command, "sh", *words],
            cwd=bench.folder,
            env=bench.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return body(done)

    watched = ran(*TOCHA, "watch", "script.py")
    assert watched == ran(sys.executable, "script.py")
    assert "SIGHUP" in watched[0]


def test_a_script_without_a_backward_pass_is_said_to_have_none(bench: Bench) -> None:
    bench.write("script.py", "print('nothing is trained')")
    assert "No backward pass was seen." in bench.tocha("watch", "script.py").stdout
    bench.write(
        "script.py",
        """
        import torch
        w = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1)
        for _ in range(9):
            w.grad = torch.ones(1)
            optimizer.step()
        """,
    )
    said = bench.tocha("watch", "script.py").stdout
    assert "Steps are made, but no backward pass was seen before them" in said
    assert "No backward pass was seen." not in said
    assert "step 9  lr 0.1" in said


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ndef fail():\n    raise ValueError('no')\nfail()\n",
        "x = 1\nname = '\0'\n",
    ],
)
def test_its_traceback_is_its_own(bench: Bench, text: str) -> None:
    bench.write("script.py", text)
    plain = subprocess.run(
        [sys.executable, "script.py"], cwd=bench.folder, capture_output=True, text=True, check=False
    )
    watched = bench.tocha("watch", "script.py")
    assert watched.stderr == plain.stderr
    assert body(watched) == []


def test_a_module_is_run_as_one(bench: Bench) -> None:
    bench.write("package/__init__.py", "")
    bench.write("package/helper.py", "value = 5")
    bench.write(
        "package/train.py",
        """
        import sys
        from .helper import value
        print(value, __package__, sys.argv[1:])
        sys.exit(9)
        """,
    )
    result = bench.tocha("watch", "-m", "package.train", "--lr", "1")
    assert result.returncode == 9
    assert body(result)[0] == "5 package ['--lr', '1']"


@pytest.mark.cold
def test_what_it_sets_before_torch_counts(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import os, sys
        os.environ["OMP_NUM_THREADS"] = "1"
        assert "numpy" not in sys.modules  # its threads are chosen when it is imported
        import torch
        print(torch.get_num_threads())
        """,
    )
    assert body(bench.tocha("watch", "script.py")) == ["1"]


def test_it_may_have_modules_of_our_names(bench: Bench, train: str) -> None:
    for name in ("engine", "lessons", "tui"):
        bench.write(f"{name}.py", f"whose = 'the script, {name}'")
    bench.write(
        "script.py",
        f"""
        import engine, lessons, tui
        exec(open("{train}").read())
        import engine as again
        print(engine.whose, lessons.whose, tui.whose, again is engine)
        exec(open("wrong.py").read())
        """,
    )
    bench.write("wrong.py", WRONG)
    result = bench.tocha("watch", "script.py", "50", "0")
    assert "Old gradients are still there" in result.stdout
    assert "the script, engine the script, lessons the script, tui True" in result.stdout
    assert "step 110" in result.stdout.splitlines()[-1]


@pytest.mark.cold
def test_a_project_with_packages_of_our_names_comes_first(bench: Bench) -> None:
    for name in ("engine", "lessons", "tui"):
        bench.write(f"{name}/__init__.py", f"whose = 'the project, {name}'")
    bench.write(
        "script.py",
        """
        import os, sys
        import engine, lessons, tui
        print(engine.whose, lessons.whose, tui.whose, sep="; ")
        print(os.environ["PYTHONPATH"], [name for name in os.environ if "TOCHA_PY" in name])
        print([os.path.basename(folder) for folder in sys.path[:3]])
        """,
    )
    path = os.pathsep.join([".", str(ROOT)])
    environment = bench.environment | {"PYTHONPATH": path}
    entry = str(ROOT / "tui" / "entry.py")

    def said(*command: str) -> list[str]:
        done = subprocess.run(
            command,
            env=environment,
            cwd=bench.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds(100),
            check=True,
        )
        return [line for line in done.stdout.splitlines() if not line.startswith("[script.py] ")]

    watched = said(sys.executable, "-P", entry, "watch", "script.py")
    assert watched == said(sys.executable, "script.py")
    assert watched[0] == "the project, engine; the project, lessons; the project, tui"
    assert "training.fit" in " ".join(said(sys.executable, "-P", entry, "list"))


def test_our_packages_are_not_there_by_their_names(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import importlib.util, sys
        for name in ("engine", "lessons", "tui", "engine.probe"):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                print(error)
        import torch
        w = torch.ones(1, requires_grad=True)
        (w * w).sum().backward()
        print([name for name in sys.modules if name.split(".")[0] in ("engine", "lessons", "tui")])
        """,
    )
    assert body(bench.tocha("watch", "script.py")) == [
        "No module named 'engine'",
        "No module named 'lessons'",
        "No module named 'tui'",
        "No module named 'engine'",
        "[]",
    ]


def test_processes_that_train_are_each_seen(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import multiprocessing as mp
        import os

        def train(steps):
            import torch
            w = torch.zeros(1, requires_grad=True)
            optimizer = torch.optim.SGD([w], lr=0.1)
            for _ in range(steps):
                optimizer.zero_grad()
                loss = ((w - 3) ** 2).sum()
                loss.backward()
                optimizer.step()

        if __name__ == "__main__":
            import torch
            for way, rank in (("spawn", 0), ("fork", 1)):
                os.environ["RANK"] = str(rank)
                worker = mp.get_context(way).Process(target=train, args=(9 + rank,))
                worker.start()
                worker.join()
                print(worker.exitcode)
        """,
    )
    result = bench.tocha("watch", "script.py")
    assert body(result) == ["0", "0"]
    last = result.stdout.splitlines()[-1]
    for rank, loss in ((0, 9 * 0.64**8), (1, 9 * 0.64**9)):
        shown = re.search(rf"loss of rank {rank} ([\d.e-]+)", last)
        assert shown is not None, last
        assert float(shown[1]) == pytest.approx(loss, rel=0.01)


def test_workers_of_every_kind_work(bench: Bench) -> None:
    bench.write(
        "script.py",
        """
        import multiprocessing as mp
        import torch
        from torch.utils.data import DataLoader, Dataset

        class Squares(Dataset):
            def __len__(self): return 8
            def __getitem__(self, i): return torch.tensor(float(i * i))

        def double(x): return 2 * x

        if __name__ == "__main__":
            for way in ("fork", "spawn"):
                loader = DataLoader(Squares(), 4, num_workers=1, multiprocessing_context=way)
                print(way, sum(batch.sum().item() for batch in loader))
            with mp.get_context("spawn").Pool(1) as pool:
                print(pool.map(double, [1, 2]))
        """,
    )
    result = bench.tocha("watch", "script.py")
    assert body(result)[:3] == ["fork 140.0", "spawn 140.0", "[2, 4]"]
    assert result.returncode == 0


def test_a_forked_child_that_trains_does_not_mix_its_numbers_in(bench: Bench, train: str) -> None:
    bench.write(
        "script.py",
        f"""
        import os, sys
        code = open("{train}").read()
        exec(code)
        if os.fork() == 0:
            exec(code)
            os._exit(0)
        os.wait()
        """,
    )
    result = bench.tocha("watch", "script.py", "40", "0")
    assert "step 40 " in result.stdout.splitlines()[-1]


def test_there_is_no_such_script(bench: Bench) -> None:
    result = bench.tocha("watch", "missing.py")
    assert (result.returncode, result.stderr) == (2, "tocha: there is no file missing.py\n")


def test_nothing_was_ever_watched(bench: Bench) -> None:
    assert bench.tocha("attach").returncode == 2
    assert bench.tocha("attach", "7").returncode == 2
    assert bench.tocha("attach", "--list").stdout == ""


def test_a_home_that_takes_nothing(bench: Bench) -> None:
    bench.write("script.py", "print('works')")
    bench.write("file", "")
    home = str(bench.folder / "file" / "home")
    result = bench.tocha("watch", "script.py", TOCHA_HOME=home, TMPDIR=str(bench.folder))
    assert body(result) == ["works"]
    assert "cannot be written; this is kept in" in result.stderr


@pytest.mark.parametrize("name", ["watch", "attach"])
def test_help_has_examples_and_the_exit_statuses(bench: Bench, name: str) -> None:
    text = bench.tocha(name, "--help").stdout
    assert f"  tocha {name}" in text
    assert "Exit status: the script's own" in text
