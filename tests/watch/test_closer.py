"""What is seen of a script beyond its curves: layers, where time goes, the run before."""

from __future__ import annotations

from engine.process.protocol import Noted, Shown, decode_event
from engine.views import Bars, Table, Text
from engine.watch import record as records
from tests.terminal import Terminal
from tests.watch.conftest import WRONG, Bench

SLOW_DATA = """
    import time, torch
    from torch import nn
    from torch.utils.data import DataLoader, Dataset
    torch.manual_seed(0)
    class Slow(Dataset):
        def __len__(self):
            return 64
        def __getitem__(self, i):
            time.sleep(0.004)
            return torch.randn(16), torch.tensor(i % 4)
    model = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(15):
        for x, y in DataLoader(Slow(), batch_size=4, shuffle=True):
            optimizer.zero_grad()
            before = [p.detach().clone() for p in model.parameters()]
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
            moved = [((p - b).norm() / b.norm()).item() for p, b in zip(model.parameters(), before)]
            print(*moved[::2])
    """


def views(bench: Bench) -> dict[str, list[object]]:
    """Every view that was logged, by the picture it belongs to."""
    found: dict[str, list[object]] = {}
    for place, _ in records.all_records(bench.watched):
        for line in (place / records.LOG).read_bytes().splitlines():
            event = decode_event(line)
            assert not (isinstance(event, Noted) and "fault of its own" in event.text), event
            if isinstance(event, Shown):
                found.setdefault(event.view.key[0], []).append(event.view)
    return found


def test_layers_and_the_time_of_a_step(bench: Bench) -> None:
    bench.write("script.py", SLOW_DATA)
    result = bench.tocha("watch", "script.py")
    assert result.returncode == 0, result.stderr
    found = views(bench)
    told = [
        [float(word) for word in line.split()]
        for line in result.stdout.splitlines()
        if not line.startswith("[")
    ]
    for table in found["layers"]:
        assert isinstance(table, Table)
        assert [row[0] for row in table.rows] == [f"model[{i}].weight" for i in (0, 2, 4)]
        seen = [float(row[2] or 0) for row in table.rows]
        assert any(
            all(abs(a - b) <= 1e-3 * b for a, b in zip(seen, line, strict=True)) for line in told
        )
    (activations,) = found["activations"][-1:]
    assert isinstance(activations, Table)
    assert [row[0] for row in activations.rows] == ["ReLU 1", "tanh 2"]
    bars, verdict = found["time of a step"][-1], found["verdict"][-1]
    assert isinstance(bars, Bars)
    assert isinstance(verdict, Text)
    assert bars.labels == ["data", "forward", "backward", "between", "step"]
    # How long what takes is the machine's business; the sentence says what the bars do.
    assert f"data {float(bars.values[0]):.0f}%" in verdict.text


def test_keys_of_the_view(bench: Bench, train: str) -> None:
    assert bench.tocha("watch", train, "30", "0").returncode == 0
    with bench.open("watch", train, "100000", "0.01", columns=120, rows=40) as terminal:
        terminal.until("log")
        terminal.press("a")
        terminal.until(lambda t: "log" not in t.row_with("grad_norm").replace("Log", ""))
        terminal.press("o")
        terminal.until("before: run 1: 30 0")
        terminal.press("o")
        terminal.until(lambda t: "before: run" not in t.text)
        terminal.press("y")
        terminal.until("Copied: tocha watch")
        terminal.press("ctrl+c")
        terminal.until("End train.py?")
        terminal.press("y")
        terminal.until(lambda t: "was ended by" in t.text or "ended with" in t.text)
        terminal.press("q")


def test_the_runs_that_are_kept_are_listed(bench: Bench, train: str) -> None:
    assert bench.tocha("watch", train, "5", "0").returncode == 0
    listed = bench.tocha("watch", "--list")
    assert listed.returncode == 0
    assert "train.py 5 0" in listed.stdout
    assert listed.stdout.split()[:4] == ["1", "exit", "status", "0"]
    assert bench.tocha("watch").returncode == 2


SIZES = """
    import os, signal, time
    print("wide", os.get_terminal_size().columns, flush=True)
    signal.signal(signal.SIGWINCH, lambda *_: print("now", *os.get_terminal_size(1), flush=True))
    print("ready", flush=True)
    while True:
        time.sleep(0.05)
    """


def end(terminal: Terminal) -> None:
    """End the script from the screen, and leave."""
    terminal.press("ctrl+c")
    terminal.until("End script.py?")
    terminal.press("y")
    terminal.until(lambda t: "was ended by" in t.text or "ended with" in t.text)
    terminal.press("q")


def test_another_size_of_the_terminal_reaches_the_script(bench: Bench) -> None:
    bench.write("script.py", SIZES)
    with bench.open("watch", "script.py", columns=100, rows=30) as terminal:
        terminal.until("ready")
        terminal.resize(110, 35)
        terminal.until("now 110 35")
        end(terminal)


def test_so_it_does_where_lines_are_shown(bench: Bench) -> None:
    bench.write("script.py", SIZES)
    with bench.open("watch", "--plain", "script.py", columns=100, rows=30) as terminal:
        terminal.until("ready")
        terminal.resize(110, 35)
        terminal.until("now 110 35")
        terminal.press("ctrl+c")
        terminal.until("End it?")
        terminal.press("y", "enter")
        assert terminal.exit_status() == 130


PASSES = """
    import time, torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset
    x = torch.randn(64, 3)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loader = DataLoader(TensorDataset(x, x[:, :1]), batch_size=16)
    for epoch in range(1000):
        for a, b in loader:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(a), b).backward()
            optimizer.step()
            time.sleep(0.01)
    """


def test_epochs_and_samples_are_on_the_screen(bench: Bench) -> None:
    bench.write("script.py", PASSES)
    with bench.open("watch", "script.py") as terminal:
        terminal.until("samples/s")
        terminal.until("┊ epoch")
        end(terminal)


def test_no_key_is_left_out_on_a_narrow_screen(bench: Bench) -> None:
    bench.write("script.py", WRONG)
    with bench.open("watch", "script.py", columns=80, rows=24) as terminal:
        terminal.until("f Finding")
        terminal.until("y Copy")
        terminal.press("q")
        terminal.exit_status()
