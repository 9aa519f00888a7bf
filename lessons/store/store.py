"""The store: its parts, and how it is opened."""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from lessons.store import damage, schema, snapshot
from lessons.store.database import Database, connect, identity
from lessons.store.drafts import Drafts, Exercises
from lessons.store.faults import Damaged, Fault, Newer, faults
from lessons.store.folder import PRIVATE_FILE, data_folder, private_folder, touch_private
from lessons.store.reading import Pages, Places, Predictions, Settings
from lessons.store.reviews import Reviews
from lessons.store.runs import Runs
from lessons.store.snapshot import Snapshot

FILE_NAME = "progress.db"


class Store:
    """Everything that is kept, by subject. One thread at a time may use it.

    Every method raises a `Fault` when it cannot read or write.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Whoever lets go of a store without a word leaves no open file behind.
        weakref.finalize(database, database.connection.close)
        self.notice = ""
        """A sentence about something unusual that was met on opening."""
        self.pages = Pages(database)
        self.places = Places(database)
        self.predictions = Predictions(database)
        self.exercises = Exercises(database)
        self.drafts = Drafts(database)
        self.runs = Runs(database)
        self.settings = Settings(database)
        self.reviews = Reviews(database)

    @property
    def path(self) -> Path | None:
        """The file; None for a store in memory."""
        return self._database.path

    def change(self) -> AbstractContextManager[None]:
        """Several changes as one: all of them are kept, or none."""
        return self._database.change()

    def snapshot(self) -> Snapshot:
        """Everything, as one value."""
        return snapshot.take(self._database)

    def merge(self, other: Snapshot) -> None:
        """Bring in what another store holds; doing it twice changes nothing.

        Raises:
            ValueError: its rows do not fit.
        """
        snapshot.merge(self._database, other)

    def forget(self, lesson: str) -> int:
        """Delete everything about a lesson except its runs; how many rows that was."""
        inside = f"{lesson}/"
        with self.change():
            return sum(part.forget(lesson, inside) for part in self._forgetful)

    @property
    def _forgetful(self) -> list[Pages | Places | Predictions | Exercises | Drafts | Reviews]:
        return [
            self.pages,
            self.places,
            self.predictions,
            self.exercises,
            self.drafts,
            self.reviews,
        ]

    def check(self) -> None:
        """Read the whole file and see that it is sound.

        Raises:
            Damaged: it is not.
        """
        self._database.check()

    def set_aside(self) -> Store:
        """Close a damaged file, give it another name, and go on with what can be read of it.

        Raises:
            Fault: that cannot be done either.
        """
        self.close()
        assert self.path is not None
        return _replace(self.path, self._database.inode)

    def in_memory(self) -> Store:
        """A copy that lives in memory; of a file that cannot be read, an empty one."""
        copy = connect(":memory:")
        with suppress(sqlite3.Error):
            self._database.connection.backup(copy)
            return Store(Database(copy, None))
        copy.close()
        return in_memory()

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def in_memory() -> Store:
    """An empty store that nothing of survives."""
    connection = connect(":memory:")
    schema.migrate(connection)
    return Store(Database(connection, None))


def open_store(folder: Path | None = None) -> Store:
    """Open the progress file in a folder (the data folder), or make it.

    A damaged file is set aside and what can be read of it goes into a new one; `Store.notice` says
    so.

    Raises:
        Fault: it cannot be made, read or written.
    """
    path = (folder or data_folder()) / FILE_NAME
    with faults(path):
        private_folder(path.parent)
        touch_private(path)
    found = identity(path)
    try:
        return Store(_open(path))
    except Damaged:
        return _replace(path, found)


def _replace(path: Path, damaged: tuple[int, int] | None) -> Store:
    aside = damage.set_aside(path, damaged)
    with faults(path):
        touch_private(path)
    store = Store(_open(path))
    if aside is not None:
        rescued = damage.readable_part(aside)
        snapshot.merge(store._database, rescued, tolerant=True)
        kept = "nothing in it could be read" if not rescued.rows else "what could be read is kept"
        store.notice = f"Your progress file was damaged: it is now {aside.name}, and {kept}."
    return store


def _open(path: Path) -> Database:
    with faults(path):
        connection = connect(str(path))
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return Database(connection, path)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # No write-ahead log: its shared memory does not work on network file systems.
    connection.execute("PRAGMA journal_mode = DELETE")
    _check_owner(connection, path)
    database = Database(connection, path)
    database.check_version()
    found = schema.version_of(connection)
    if found == schema.version():
        return
    if found:
        _keep_copy(connection, path, found)
    connection.execute("BEGIN IMMEDIATE")
    try:
        schema.migrate(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_owner(connection: sqlite3.Connection, path: Path) -> None:
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and owner != schema.APPLICATION_ID:
        raise Damaged(path, "it is the file of another program")


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """The file as it was before a migration, for whoever must go back."""
    copy_path = path.with_name(f"{path.stem}-schema-{version}{path.suffix}")
    copy_path.touch(PRIVATE_FILE)
    copy = sqlite3.connect(copy_path)
    try:
        connection.backup(copy)
    finally:
        copy.close()


def read_copy(folder: Path | None = None) -> Store:
    """What can be read of a file that cannot be opened for writing, in memory; else nothing.

    A newer program's file is not read: its rules are not known here.
    """
    path = (folder or data_folder()) / FILE_NAME
    try:
        connection = connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return in_memory()
    try:
        database = Database(connection, path)
        if schema.version_of(connection) != schema.version():
            return in_memory()
        return Store(database).in_memory()
    except (sqlite3.Error, Newer, Fault):
        return in_memory()
    finally:
        connection.close()
