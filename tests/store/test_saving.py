"""Autosave, against real files and real faults."""

import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from queue import SimpleQueue

import pytest
import pytest_asyncio

from lessons.store import Store, database, open_store, schema
from lessons.store.store import FILE_NAME
from tests.environment import seconds
from tui.state import saving
from tui.state.saving import Saving

NAME = "training/first-loop"


class Pen:
    """A `Saving` with the sentences it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sentences: SimpleQueue[str] = SimpleQueue()
        self.saving = Saving(folder, self.sentences.put)

    def next_sentence(self) -> str:
        return self.sentences.get(timeout=seconds(30))

    async def text(self) -> str | None:
        draft = await self.saving.read(lambda store: store.drafts.latest(NAME))
        return draft.text if draft else None


@pytest_asyncio.fixture
async def pens(folder: Path) -> AsyncIterator[Callable[[], Pen]]:
    made = []

    def make() -> Pen:
        made.append(Pen(folder))
        made[-1].saving.start()
        return made[-1]

    yield make
    for pen in made:
        await pen.saving.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)


def on_disk(folder: Path) -> str | None:
    """The draft as another program finds it."""
    store = open_store(folder)
    draft = store.drafts.latest(NAME)
    store.close()
    return draft.text if draft else None


async def test_what_is_written_can_be_read_at_once_and_is_on_disk(
    pens: Callable[[], Pen], folder: Path
) -> None:
    pen = pens()
    for text in ("a", "ab", "abc"):
        pen.saving.draft(NAME, text)
    assert await pen.text() == "abc"
    assert on_disk(folder) == "abc"
    assert pen.saving.notice == ""


async def test_a_draft_reaches_the_disk_without_being_asked_for(
    pens: Callable[[], Pen], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    add = Saving._apply

    def spy(self: Saving, changes: list[saving.Change]) -> None:
        add(self, changes)
        if changes:
            written.set()

    monkeypatch.setattr(Saving, "_apply", spy)
    pens().saving.draft(NAME, "abc")
    assert written.wait(seconds(30))
    assert on_disk(folder) == "abc"


async def test_closing_writes_what_is_left(folder: Path) -> None:
    pen = Pen(folder)
    pen.saving.start()
    pen.saving.draft(NAME, "last words")
    assert await pen.saving.close()
    assert on_disk(folder) == "last words"


async def test_two_apps_at_once(pens: Callable[[], Pen], folder: Path) -> None:
    one, two = pens(), pens()
    one.saving.draft(NAME, "one")
    assert await one.text() == "one"
    two.saving.draft(NAME, "two")
    assert await two.text() == "two"
    one.saving.draft(NAME, "one again")
    assert await two.text() in ("two", "one again")
    await one.saving.read(lambda store: None)
    store = open_store(folder)
    assert {draft.text for draft in store.drafts.all(NAME)} == {"one again", "two"}


async def test_a_home_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pen = Pen(tmp_path / "file" / "tocha")
    pen.saving.start()
    pen.saving.draft(NAME, "abc")
    assert await pen.text() == "abc"
    sentence = pen.next_sentence()
    assert sentence.startswith("Nothing is being saved: ")
    assert sentence.count(".") == str(tmp_path).count(".") + 2  # progress.db, and the full stop
    await pen.saving.close()


async def test_a_locked_file_catches_up_once_it_is_free(
    pens: Callable[[], Pen], folder: Path
) -> None:
    open_store(folder).close()
    other = sqlite3.connect(folder / FILE_NAME)
    other.execute("BEGIN EXCLUSIVE")
    pen = pens()
    pen.saving.draft(NAME, "abc")
    assert await pen.text() == "abc"
    assert "locked" in pen.next_sentence()
    other.execute("COMMIT")
    other.close()
    assert pen.next_sentence() == ""
    assert on_disk(folder) == "abc"


async def test_the_folder_deleted_under_way_is_made_again(
    pens: Callable[[], Pen], folder: Path
) -> None:
    pen = pens()
    pen.saving.draft(NAME, "before")
    pen.saving.draft("training/other", "other")
    assert await pen.text() == "before"
    shutil.rmtree(folder)
    pen.saving.draft(NAME, "after")
    assert await pen.text() == "after"
    await pen.saving.read(lambda store: None)
    assert on_disk(folder) == "after"
    store = open_store(folder)
    assert len(store.drafts.all()) == 2


async def test_two_apps_survive_the_deletion_together(
    pens: Callable[[], Pen], folder: Path
) -> None:
    one, two = pens(), pens()
    one.saving.draft("training/one", "1")
    two.saving.draft("training/two", "2")
    for pen in (one, two):
        await pen.text()
    shutil.rmtree(folder)
    one.saving.draft(NAME, "from one")
    two.saving.draft(NAME, "from two")
    for pen in (one, two, one, two):
        await pen.saving.read(lambda store: None)
    store = open_store(folder)
    store.check()
    texts = {draft.text for draft in store.drafts.all()}
    assert texts == {"1", "2", "from one", "from two"}


async def test_a_file_damaged_under_way_is_set_aside(pens: Callable[[], Pen], folder: Path) -> None:
    pen = pens()
    pen.saving.draft(NAME, "before")
    assert await pen.text() == "before"
    (folder / FILE_NAME).write_bytes(b"rubbish" * 9000)
    pen.saving.draft(NAME, "after")
    assert await pen.text() == "after"
    assert on_disk(folder) == "after"
    assert "was damaged: it is now progress-damaged-" in pen.next_sentence()
    (aside,) = folder.glob("*damaged*")
    assert aside.read_bytes() == b"rubbish" * 9000


async def test_a_newer_file_is_left_alone(pens: Callable[[], Pen], folder: Path) -> None:
    open_store(folder).close()
    newer = sqlite3.connect(folder / FILE_NAME)
    newer.execute(f"PRAGMA user_version = {schema.version() + 1}")
    newer.close()
    before = (folder / FILE_NAME).read_bytes()
    pen = pens()
    pen.saving.draft(NAME, "abc")
    assert await pen.text() == "abc"
    assert "newer version of Tocha" in pen.next_sentence()
    await pen.saving.close()
    assert (folder / FILE_NAME).read_bytes() == before


async def test_one_wrong_change_does_not_take_the_others_along(
    pens: Callable[[], Pen], folder: Path
) -> None:
    def wrong(store: Store) -> None:
        store.pages.see("a", "b")
        raise LookupError("nonsense")

    pen = pens()
    pen.saving.write(lambda store: store.pages.see("a", "first"))
    pen.saving.write(wrong)
    pen.saving.draft(NAME, "abc")
    assert await pen.text() == "abc"
    assert pen.next_sentence() == "Something could not be saved: nonsense."
    store = open_store(folder)
    assert [page.page for page in store.pages.all()] == ["first"]


async def test_a_question_that_fails_says_so(pens: Callable[[], Pen]) -> None:
    def ask(store: Store) -> None:
        raise LookupError("nonsense")

    with pytest.raises(LookupError):
        await pens().saving.read(ask)


def test_a_disk_that_fills_up_and_empties_again(folder: Path) -> None:
    """In a process of its own, where a limit on the size of files stands in for a full disk."""
    code = textwrap.dedent(
        """
        import asyncio, resource, sys
        from pathlib import Path
        from queue import SimpleQueue
        from tests.environment import seconds
        from tui.state import saving
        saving.RETRY_SECONDS = 0.05
        folder = Path(sys.argv[1])

        async def main():
            said = SimpleQueue()
            pen = saving.Saving(folder, said.put)
            pen.start()
            pen.draft("a", "small")
            await pen.read(lambda store: None)
            limit = (folder / "progress.db").stat().st_size + 8192
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            pen.draft("b", "x" * 100_000)
            draft = await pen.read(lambda store: store.drafts.latest("b"))
            small = await pen.read(lambda store: store.drafts.latest("a"))
            print(len(draft.text), small.text, said.get(timeout=seconds(30)), sep="|")
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
            print(repr(said.get(timeout=seconds(30))))
            await pen.close()

        asyncio.run(main())
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        timeout=seconds(100),
    )
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith("100000|small|Nothing is being saved: the disk that holds")
    assert second == "''"
    store = open_store(folder)
    assert {draft.name: len(draft.text) for draft in store.drafts.all()} == {"a": 5, "b": 100_000}
