"""TensorBoard's logs as they are written: on the screen, as a table, and when damaged."""

from __future__ import annotations

import math
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from engine.plots.marks import Marks
from engine.watch.event_files import HEAD, masked, readers
from tests.watch.conftest import Bench
from tui.state.event_logs import EventLogs, table

WRITES = """
import sys
from tensorboardX import SummaryWriter
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboardX.proto.tensor_pb2 import TensorProto
folder = sys.argv[1]
for run, factor in (("one", 1.0), ("two", 2.0)):
    writer = SummaryWriter(f"{folder}/{run}")
    for step in range(300):
        writer.add_scalar("loss/train", factor / (step + 1), step)
        if step % 100 == 0:
            writer.add_scalar("accuracy", step / 300, step)
            writer.add_histogram("weights", [1.0, 2.0, float(step)], step)
            writer.add_text("words", "some text", step)
    writer.close()
kinds = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
writer = SummaryWriter(f"{folder}/tensors", filename_suffix=".v2")
import struct
for step in range(5):
    tensors = {
        "as float": TensorProto(dtype=1, float_val=[step + 0.5]),
        "as bytes": TensorProto(dtype=2, tensor_content=struct.pack("<d", step + 0.25)),
    }
    for tag, tensor in tensors.items():
        told = kinds if step == 0 else None
        value = Summary.Value(tag=tag, tensor=tensor, metadata=told)
        writer.file_writer.add_summary(Summary(value=[value]), step)
writer.close()
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of three runs."""
    folder = tmp_path_factory.mktemp("events")
    subprocess.run([sys.executable, "-c", WRITES, str(folder / "runs")], check=True)
    return folder / "runs"


def read(folder: Path) -> EventLogs:
    """All that is in a folder."""
    found = EventLogs(folder, readers())
    found.take(found.read())
    while found.is_behind:
        found.take(found.read())
    return found


def one_file(folder: Path) -> Path:
    return next(folder.glob("*tfevents*"))


def test_curves_have_every_number(logs: Path) -> None:
    found = read(logs)
    loss = found.tracks["two", "loss/train"]
    assert loss.steps == list(range(300))
    assert loss.values == pytest.approx([2 / (step + 1) for step in range(300)], rel=1e-6)
    assert found.tracks["tensors", "as float"].values == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert found.tracks["tensors", "as bytes"].values == [0.25, 1.25, 2.25, 3.25, 4.25]
    assert {tag for _, tag in found.tracks} == {"loss/train", "accuracy", "as float", "as bytes"}
    assert found.state.startswith("3 runs, 4 tags, last written ")
    assert found.state.endswith("; 2 tags of pictures, histograms or text not shown")
    assert found.troubles == []


def test_each_tag_is_a_picture_with_a_curve_for_each_run(logs: Path) -> None:
    found = read(logs)
    pictures = found.pictures(Marks())
    assert [each.title for each in pictures][:2] == ["loss/train", "accuracy"]
    names = [each.name for each in pictures[0].content(found)]  # type: ignore[union-attr]
    assert names == ["loss/train one", "loss/train two"]


def copied(logs: Path, to: Path) -> Path:
    """A file of one run, in a folder of its own."""
    (to / "run").mkdir()
    file = to / "run" / "events.out.tfevents.1"
    file.write_bytes(one_file(logs / "one").read_bytes())
    return file


def test_what_is_cut_off_is_said_and_read_when_it_comes(logs: Path, tmp_path: Path) -> None:
    file = copied(logs, tmp_path)
    whole = file.read_bytes()
    everything = len(read(tmp_path).tracks["run", "loss/train"].values)
    for size in range(len(whole) - 70, len(whole)):
        file.write_bytes(whole[:size])
        found = read(tmp_path)
        assert len(found.tracks["run", "loss/train"].values) < everything or not found.troubles
        with file.open("ab") as rest:
            rest.write(whole[size:])
        found.take(found.read())
        assert len(found.tracks["run", "loss/train"].values) == everything
        assert found.troubles == []
    file.write_bytes(whole[:-3])
    (said,) = read(tmp_path).troubles
    assert said == f"{file.name} ends within a record: it was cut off, or is being written."


def places(whole: bytes) -> list[int]:
    """Where records begin."""
    found, at = [], 0
    while at < len(whole):
        found.append(at)
        at += HEAD.size + HEAD.unpack_from(whole, at)[0] + 4
    return found


def test_damaged_data_is_left_out_and_counted(logs: Path, tmp_path: Path) -> None:
    file = copied(logs, tmp_path)
    before = read(tmp_path).tracks["run", "loss/train"]
    data = bytearray(file.read_bytes())
    at = places(bytes(data))[20]
    data[at + HEAD.size + 3] ^= 0x10
    file.write_bytes(data)
    found = read(tmp_path)
    assert found.troubles == [f"{file.name} has damaged records, which are left out: 1."]
    assert len(found.tracks["run", "loss/train"].values) >= len(before.values) - 1


def test_thousands_of_damaged_records_in_a_row_are_passed_over(tmp_path: Path) -> None:
    by = readers()
    length = struct.pack("<Q", 1)
    record = length + struct.pack("<I", masked(by.crc(length))) + b"x" + b"\0\0\0\0"
    (tmp_path / "events.out.tfevents.1").write_bytes(5000 * record)
    assert read(tmp_path).troubles == [
        "events.out.tfevents.1 has damaged records, which are left out: 5000."
    ]


def test_a_damaged_length_ends_the_file(logs: Path, tmp_path: Path) -> None:
    file = copied(logs, tmp_path)
    data = bytearray(file.read_bytes())
    at = places(bytes(data))[100]
    data[at + 6] ^= 0x01
    file.write_bytes(data)
    found = read(tmp_path)
    assert found.troubles == [f"{file.name} is damaged after {at:,} bytes: the rest is not shown."]
    assert 50 < len(found.tracks["run", "loss/train"].values) < 110


@pytest.mark.parametrize("rubbish", [b"", b"\0" * 3, b"\0" * 400, b"\xff" * 400, b"hello\n" * 99])
def test_any_bytes_are_no_fault(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "x.tfevents.0").write_bytes(rubbish)
    assert read(tmp_path).tracks == {}


def test_a_record_too_large_to_be_true_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "x.tfevents.0").write_bytes(struct.pack("<QI", 1 << 62, 0) + b"x" * 99)
    (said,) = read(tmp_path).troubles
    assert "is damaged after 0 bytes" in said


PURGES = """
import sys
from tensorboardX import SummaryWriter
for number, purge in enumerate((None, 50)):
    writer = SummaryWriter(sys.argv[1], purge_step=purge, filename_suffix=f".{number}")
    for step in range(purge or 0, 100):
        writer.add_scalar("loss", 1.0 if purge is None else 2.0, step)
    writer.close()
"""


def test_what_was_written_anew_is_shown_once(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", PURGES, str(tmp_path / "run")], check=True)
    track = read(tmp_path).tracks["run", "loss"]
    assert track.steps == list(range(100))
    assert track.values == [1.0] * 50 + [2.0] * 50
    assert len(track.series) == 100


def test_the_table_has_a_line_for_each_curve(logs: Path, bench: Bench) -> None:
    said = bench.tocha("watch", "--events", str(logs), "--plain")
    assert (said.returncode, said.stderr) == (0, "")
    head, names, *rows = said.stdout.splitlines()
    assert head.startswith(f"{logs}: 3 runs, 4 tags")
    assert names.split() == ["run", "tag", "points", "steps", "first", "last", "least", "most"]
    assert ["two", "loss/train", "300", "0–299", "2", "0.00666667", "0.00666667", "2"] in [
        row.split() for row in rows
    ]
    assert len(rows) == 6


def test_the_screen_shows_them_and_what_is_added(logs: Path, bench: Bench) -> None:
    with bench.open("watch", "--events", str(logs)) as terminal:
        terminal.until("loss/train one")
        terminal.until("3 runs, 4 tags")
        terminal.press(".")
        terminal.until("accuracy")
        (logs / "late").mkdir()
        (logs / "late" / "x.tfevents.9").write_bytes(one_file(logs / "one").read_bytes())
        terminal.until("4 runs, 4 tags")
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_what_is_not_there_is_said(bench: Bench) -> None:
    (bench.folder / "empty").mkdir()
    for folder, words in (("nowhere", "there is no folder"), ("empty", "has a curve")):
        said = bench.tocha("watch", "--events", folder)
        assert said.returncode == 2
        assert words in said.stderr
    both = bench.tocha("watch", "--events", "empty", "script.py")
    assert both.returncode == 2
    assert "runs no SCRIPT" in both.stderr


def test_without_the_packages_it_is_said_which_are_missing(bench: Bench) -> None:
    (bench.folder / "google").mkdir()
    (bench.folder / "crc32c.py").write_text("raise ImportError('not here')\n")
    said = bench.tocha("watch", "--events", ".", PYTHONPATH=f"{bench.folder}:{Path.cwd()}")
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "pip install protobuf crc32c" in said.stderr


def test_numbers_that_are_none_are_no_fault(tmp_path: Path) -> None:
    code = """
import sys
from tensorboardX import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for step, value in enumerate((1.0, float("nan"), float("inf"), 2.0)):
    writer.add_scalar("a\\x1b]52;c;x\\x07b", value, step)
writer.close()
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    found = read(tmp_path)
    (track,) = found.tracks.values()
    assert [math.isfinite(value) for value in track.values] == [True, False, False, True]
    assert not any("\x1b" in line or "\x07" in line for line in table(found))
