"""Where records and sockets are kept: nobody else's folder, short paths, nothing left over."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

from engine.process.own_folder import own_folder
from engine.watch import record as records
from tests.watch.conftest import Bench


def test_a_long_folder_for_temporary_files(bench: Bench) -> None:
    long = bench.folder / ("long" * 30)
    long.mkdir()
    bench.write("script.py", "print('works')")
    result = bench.tocha("watch", "script.py", TMPDIR=str(long))
    assert result.returncode == 0
    assert result.stdout.startswith("works\n")
    ((_, record),) = records.all_records(bench.watched)
    assert len(record.socket) < 108


@pytest.mark.parametrize("how", ["link", "open to others", "file"])
def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "folder"
    if how == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    elif how == "file":
        folder.touch(mode=0o600)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(PermissionError):
        own_folder(folder)


@pytest.mark.cold
def test_commands_are_not_read_from_a_folder_others_may_enter(bench: Bench) -> None:
    bench.write("script.py", "print('works')")
    bench.write("file", "")
    fallback = bench.folder / f"tocha-watched-{os.getuid()}"
    fallback.mkdir()
    fallback.chmod(0o777)
    home = str(bench.folder / "file" / "home")
    result = bench.tocha("watch", "script.py", TOCHA_HOME=home, TMPDIR=str(bench.folder))
    assert result.returncode == 1
    assert "works" not in result.stdout
    assert "others may enter it" in result.stderr
    assert list(fallback.iterdir()) == []


def test_sockets_of_keepers_that_are_gone_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not the test's own folder: its path may be too long for a socket.
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        folder = records.socket_folder()
        gone, alive, young = (folder / f"{name}.sock" for name in ("gone", "alive", "young"))
        listening = []
        for path in (gone, alive, young):
            one = socket.socket(socket.AF_UNIX)
            one.bind(str(path))
            one.listen()
            listening.append(one)
        listening[0].close()
        listening[2].close()
        for path in (gone, alive):
            os.utime(path, (0, 0))
        records.sweep_sockets()
        assert sorted(path.name for path in folder.iterdir()) == ["alive.sock", "young.sock"]
        listening[1].close()


def test_the_last_record_has_room_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = records.make(tmp_path, "train.py", ["train.py"], "/home", 0.0)
    record = records.read(place)
    record.keeper = record.script = 4194304
    records.write(place, record)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    room = (place / records.RESERVE).stat()
    monkeypatch.setattr(Path, "write_bytes", full)
    record.status, record.seconds = 3, 1234567.890123
    records.write(place, record)
    found = records.read(place)
    assert (found.exit_status, found.seconds) == (3, record.seconds)
    # No byte more than was taken beforehand, and in the very same blocks.
    now = (place / records.RECORD).stat()
    assert (now.st_ino, now.st_size) == (room.st_ino, room.st_size)


NASTY = [
    "\x1b]52;c;aGk=\x07",
    "\x1b[31m\x1b[2J",
    "\x1bP+q544e\x1b\\",
    "\x9b31m\x9d0;title\x9c",
    "a\rb\x08c\x7f",
    "\u202eevil\u2066",
    "two\nlines",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_escape_sequence_reaches_a_terminal_from_a_name(bench: Bench, nasty: str) -> None:
    name = nasty.replace("/", "") + ".py"
    bench.write("script.py", "print('ran')").rename(bench.folder / name)
    watched = bench.tocha("watch", name, nasty)
    listed = bench.tocha("attach", "--list")
    missing = bench.tocha("watch", f"missing{nasty}")
    assert watched.stdout.startswith("ran\n")
    said = watched.stdout.removeprefix("ran\n") + watched.stderr + listed.stdout + missing.stderr
    assert "missing" in said
    bad = [letter for letter in said if not letter.isprintable() and letter != "\n"]
    assert bad == []
    assert len(listed.stdout.splitlines()) == 1


def test_a_name_that_is_no_text(bench: Bench) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    bench.write("script.py", "import sys\nprint(sys.argv[0].encode(errors='surrogateescape'))")
    (bench.folder / "script.py").rename(bench.folder / name)
    result = bench.tocha("watch", name)
    assert result.returncode == 0
    assert r"b'caf\xe9.py'" in result.stdout
    assert bench.tocha("attach", "--list").returncode == 0
