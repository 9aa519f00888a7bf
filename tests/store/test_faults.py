"""What can go wrong with a disk: real files, real limits, real second processes."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lessons.store import (
    Fault,
    Locked,
    Moved,
    Newer,
    ReadOnly,
    Run,
    Store,
    database,
    open_store,
    read_copy,
    schema,
)
from lessons.store.store import FILE_NAME
from tests.environment import seconds


def python(code: str, *arguments: object) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds(60),
        check=True,
    )
    return done.stdout


def fill(folder: Path, drafts: int = 200) -> Path:
    """A store with something in it; the path of its file."""
    store = open_store(folder)
    with store.change():
        for number in range(drafts):
            store.drafts.save(f"training/e{number}", f"text {number} " * 50, "s")
    store.close()
    return folder / FILE_NAME


def test_nothing_but_one_file_and_no_shared_memory(folder: Path) -> None:
    """A write-ahead log needs shared memory, which network homes do not have."""
    store = open_store(folder)
    store.pages.see("a", "b")
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
    other = sqlite3.connect(folder / FILE_NAME)
    assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other.close()


def test_a_file_that_is_no_database_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    file = folder / FILE_NAME
    file.write_bytes(b"not a database at all" * 100)
    store = open_store(folder)
    store.pages.see("a", "b")
    aside = [path for path in folder.iterdir() if "damaged" in path.name]
    assert len(aside) == 1
    assert aside[0].read_bytes() == b"not a database at all" * 100
    assert aside[0].name in store.notice
    assert len(store.pages.all()) == 1


def test_the_database_of_another_program_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    other = sqlite3.connect(folder / FILE_NAME)
    other.execute("CREATE TABLE page (something TEXT)")
    other.close()
    before = (folder / FILE_NAME).read_bytes()
    store = open_store(folder)
    assert store.pages.all() == []
    assert before in [path.read_bytes() for path in folder.glob("*damaged*")]


def test_of_a_damaged_file_what_can_be_read_is_kept(folder: Path) -> None:
    file = fill(folder)
    with file.open("r+b") as damaged:
        damaged.seek(file.stat().st_size * 3 // 4)
        damaged.write(os.urandom(20_000))
    before = file.read_bytes()
    store = open_store(folder)
    with pytest.raises(Fault):
        store.check()
    renewed = store.set_aside()
    renewed.check()
    kept = renewed.drafts.all()
    assert 20 < len(kept) < 200
    assert all(draft.text.startswith("text ") for draft in kept)
    assert "what could be read is kept" in renewed.notice
    (aside,) = folder.glob("*damaged*")
    assert aside.read_bytes() == before


def test_a_second_damaged_file_does_not_overwrite_the_first(folder: Path) -> None:
    folder.mkdir()
    for text in (b"first", b"second"):
        (folder / FILE_NAME).write_bytes(text * 200)
        open_store(folder).close()
    assert {path.read_bytes()[:6] for path in folder.glob("*damaged*")} == {b"firstf", b"second"}


def test_what_another_session_has_replaced_is_not_set_aside(folder: Path) -> None:
    file = fill(folder)
    first, second = open_store(folder), open_store(folder)
    file.write_bytes(b"garbage " * 1000)
    renewed = first.set_aside()
    renewed.pages.see("a", "b")
    again = second.set_aside()
    assert len(again.pages.all()) == 1
    assert len(list(folder.glob("*damaged*"))) == 1


def test_a_newer_file_is_not_written(folder: Path) -> None:
    file = fill(folder)
    newer = sqlite3.connect(file)
    newer.execute(f"PRAGMA user_version = {schema.version() + 2}")
    newer.close()
    before = file.read_bytes()
    with pytest.raises(Newer, match=r"newer version of Tocha \(its schema is 3, .* writes 1\)"):
        open_store(folder)
    assert file.read_bytes() == before
    assert read_copy(folder).drafts.all() == []


def test_a_session_stops_writing_when_a_newer_program_takes_over(store: Store) -> None:
    assert store.path is not None
    newer = sqlite3.connect(store.path)
    newer.execute(f"PRAGMA user_version = {schema.version() + 1}")
    newer.close()
    with pytest.raises(Newer):
        store.pages.see("a", "b")
    newer = sqlite3.connect(store.path)
    assert newer.execute("SELECT count(*) FROM page").fetchone() == (0,)
    newer.close()


def test_an_old_file_is_migrated_and_a_copy_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder)
    rename = "ALTER TABLE page ADD COLUMN minutes REAL; UPDATE draft SET text = 'migrated'"
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, rename])
    store = open_store(folder)
    assert {draft.text for draft in store.drafts.all()} == {"migrated"}
    copy = sqlite3.connect(folder / "progress-schema-1.db")
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert copy.execute("SELECT count(*) FROM draft").fetchone() == (200,)
    copy.close()


def test_a_migration_that_fails_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder)
    broken = "DELETE FROM draft; INSERT INTO nowhere VALUES (1)"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, broken])
        with pytest.raises(Fault):
            open_store(folder)
    store = open_store(folder)
    assert len(store.drafts.all()) == 200


def test_a_locked_file_is_said_to_be_locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = fill(folder, 1)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(file)
    store = open_store(folder)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Locked, match=r"another program keeps .* locked"):
        store.pages.see("a", "b")
    with pytest.raises(Locked):
        open_store(folder)
    other.execute("COMMIT")
    other.close()
    store.pages.see("a", "b")
    assert len(store.pages.all()) == 1


def test_a_full_disk_is_said_to_be_full_and_nothing_is_lost(folder: Path) -> None:
    """A limit on the size of files stands in for the end of the disk: both end a write half-way."""
    fill(folder)
    said = python(
        """
        import resource, sys
        from pathlib import Path
        from lessons.store import Fault, Run, open_store
        folder = Path(sys.argv[1])
        store = open_store(folder)
        size = store.path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, resource.RLIM_INFINITY))
        try:
            for number in range(1000):
                store.runs.add(Run(experiment="training.fit", knobs={}), views=[bytes(9000)])
        except Fault as fault:
            print(type(fault).__name__, fault)
        print(len(store.drafts.all()), len(store.in_memory().drafts.all()))
        """,
        folder,
    )
    fault, counts = said.splitlines()
    assert fault.startswith("Full Nothing is being saved: the disk that holds")
    assert counts == "200 200"
    store = open_store(folder)
    store.check()
    assert len(store.drafts.all()) == 200


def test_no_room_even_for_the_file(folder: Path) -> None:
    said = python(
        """
        import resource, sys
        from pathlib import Path
        from lessons.store import Fault, open_store
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        try:
            open_store(Path(sys.argv[1]))
        except Fault as fault:
            print(type(fault).__name__)
        """,
        folder,
    )
    assert said == "Full\n"
    open_store(folder).pages.see("a", "b")


def test_a_read_only_home_is_said_to_be_so_and_can_be_read() -> None:
    """As somebody else where we are root, who may write anywhere."""
    said = python(
        """
        import os, shutil, tempfile
        import urllib.parse  # pathlib wants it later, when root's Python cannot be read any more
        from pathlib import Path
        from lessons.store import ReadOnly, open_store, read_copy
        home = Path(tempfile.mkdtemp())
        folder = home / "tocha"
        if os.geteuid() == 0:
            os.chown(home, 65534, 65534)
            os.setuid(65534)
        try:
            open_store(folder).drafts.save("a", "text", "s")
            for path, mode in ((folder / "progress.db", 0o400), (folder, 0o500), (home, 0o500)):
                path.chmod(mode)
            try:
                open_store(folder).pages.see("a", "b")
            except ReadOnly as fault:
                print(fault)
            print(read_copy(folder).drafts.all()[0].text)
            try:
                open_store(home / "other")
            except ReadOnly:
                print("no new folder either")
        finally:
            for path in (home, folder):
                path.chmod(0o700)
            shutil.rmtree(folder)
            home.rmdir()
        """
    )
    sentence, text, other = said.splitlines()
    assert sentence.startswith("Nothing is being saved: ")
    assert "cannot be written" in sentence
    assert (text, other) == ("text", "no new folder either")


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReadOnly, match="cannot be written"):
        open_store(tmp_path / "file" / "tocha")
    assert read_copy(tmp_path / "file" / "tocha").pages.all() == []


def test_the_folder_deleted_under_way_is_noticed_and_nothing_is_lost(folder: Path) -> None:
    fill(folder)
    store = open_store(folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(Moved, match="was deleted or replaced"):
        store.pages.see("a", "b")
    rescued = store.in_memory()
    assert len(rescued.drafts.all()) == 200
    again = open_store(folder)
    again.merge(rescued.snapshot())
    assert len(again.drafts.all()) == 200


def test_the_clock_goes_backwards(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 2_000_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    store.drafts.save("scratch", "before", "s1")
    store.runs.add(Run(experiment="a.b", knobs={"n": 1}))
    now -= 86_400 * 365
    store.drafts.save("scratch", "after", "s2")
    store.runs.add(Run(experiment="a.b", knobs={"n": 2}))
    latest = store.drafts.latest("scratch")
    assert latest is not None
    assert latest.text == "after"
    assert [run.knobs["n"] for run in store.runs.all("a.b")] == [2, 1]


def test_two_processes_write_at_once(folder: Path) -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from lessons.store import Run, database, open_store
        database.BUSY_SECONDS = 60.0  # however slow the disk of this machine is
        store = open_store(Path(sys.argv[1]))
        for number in range(40):
            store.drafts.save("training/e", f"{sys.argv[2]} {number}", sys.argv[2])
            store.runs.add(Run(experiment="training.fit", knobs={"n": number}))
            store.pages.see("training", f"page {number}", done=True)
        """
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), name], stderr=subprocess.PIPE)
        for name in ("one", "two", "three")
    ]
    for writer in writers:
        assert writer.communicate(timeout=seconds(100))[1].decode() == ""
    store = open_store(folder)
    store.check()
    assert {draft.text for draft in store.drafts.all()} == {"one 39", "two 39", "three 39"}
    assert len(store.runs.all()) == 120
    assert len(store.pages.all()) == 40
