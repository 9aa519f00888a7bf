"""Autosave: a thread writes every change to the store within a second; no key waits for the disk.

One thread owns the store. Changes are gathered for a moment and written as one transaction; of
changes with the same key only the newest is written. When the disk fails, the store goes on in
memory, one sentence says so, and what gathers there is brought to the disk once it works again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from lessons.store import (
    Damaged,
    Fault,
    Moved,
    Newer,
    Store,
    in_memory,
    open_store,
    read_copy,
)
from lessons.store.records import new_uid

T = TypeVar("T")
Change: TypeAlias = Callable[[Store], None]

SETTLE_SECONDS = 0.4
"""How long changes are gathered; with the time of a transaction it stays under one second."""

RETRY_SECONDS = 5.0
"""How often a disk that failed is tried again."""

MOST_WAITING = 10_000
"""Changes that may wait for a disk that hangs; beyond that the oldest are given up."""

READ_SECONDS = 5.0
"""How long a question may take before the answer is "nothing known"."""


def nobody(_sentence: str) -> None:
    """Hears a notice and keeps it to itself."""


def words_of_loss(reason: str) -> str:
    """That something was not kept, and why, on one line."""
    return f"what you wrote or did last is not kept: {reason}"


OPEN_LESSON = "open lesson"
"""The setting that says which lesson was on the screen; "" when it was home."""

OPEN_EXERCISE = "open exercise"
"""The setting that names the exercise on the screen; "" when there was none."""


class Saving:
    """Writes and reads the store from the event loop without ever waiting for it.

    Args:
        folder: where the store is; None for the data folder.
        on_notice: called from another thread with a sentence for the learner, and with "" when
            what the last one said is over.
    """

    def __init__(
        self, folder: Path | None = None, on_notice: Callable[[str], None] = nobody
    ) -> None:
        self.session = new_uid()
        """Names this session's drafts, so that two apps never overwrite each other's."""
        self.notice = ""
        """The sentence that holds now, or nothing."""
        self.unkept = ""
        """Why something that was to be written is not on the disk; nothing while it is."""
        self._folder = folder
        self.on_notice = on_notice
        self._wake = threading.Condition()
        self._changes: dict[Hashable, Change] = {}
        self._questions: deque[tuple[Callable[[Store], Any], Future[Any]]] = deque()
        self._due: float | None = None
        self._in_hand: list[Change] = []
        """Changes that are being written."""
        self._closing = False
        self._fault = ""
        """Why the store is in memory, if it is."""
        self._retry: float | None = None
        self._unchecked = True
        self._store = in_memory()
        # A daemon: a network disk that hangs must not keep the app from ending.
        self._thread = threading.Thread(target=self._work, name="saving", daemon=True)

    def start(self) -> None:
        """Open the store, if that is not under way; returns at once."""
        if self._thread.ident is None:
            self._thread.start()

    def write(self, change: Change, key: Hashable = None) -> None:
        """Have a change written soon; a later one with the same key takes its place."""
        with self._wake:
            key = object() if key is None else key
            self._changes.pop(key, None)
            self._changes[key] = change
            if len(self._changes) > MOST_WAITING:
                self._changes.pop(next(iter(self._changes)))
            if self._due is None:
                self._due = time.monotonic() + SETTLE_SECONDS
                self._wake.notify()

    def draft(self, name: str, text: str) -> None:
        """Keep the text of an exercise or scratch page; cheap enough for every key."""
        session = self.session
        self.write(lambda store: store.drafts.save(name, text, session), ("draft", name))

    def ask(self, question: Callable[[Store], T]) -> Future[T]:
        """Put a question to the store, everything written so far included."""
        future: Future[T] = Future()
        with self._wake:
            self._questions.append((question, future))
            self._wake.notify()
        return future

    async def read(self, question: Callable[[Store], T]) -> T | None:
        """What the store says; None when it does not answer in time."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self.ask(question)), READ_SECONDS)
        except TimeoutError:
            return None

    async def close(self, seconds: float = 3.0) -> bool:
        """Write what is left and close the file; False when the disk did not let it in time."""
        await asyncio.to_thread(self.finish, seconds)
        return not self._thread.is_alive()

    def finish(self, seconds: float = 3.0) -> None:
        """The same for callers without an event loop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(seconds)
            if self._thread.is_alive() and (self._changes or self._in_hand):
                self.unkept = self.unkept or "the disk does not answer"

    # From here on: the thread.

    def _work(self) -> None:
        self._open()
        while self._wait():
            with self._wake:
                changes = list(self._changes.values())
                questions = list(self._questions)
                self._changes.clear()
                self._questions.clear()
                self._due = None
            self._apply(changes)
            for question in questions:
                self._answer(*question)
            self._try_again()
            self._check_once()
        self._apply(list(self._changes.values()))
        self._try_again(last=True)
        self._store.close()

    def _wait(self) -> bool:
        """Sleep until there is something to do; False when the app is leaving."""
        with self._wake:
            while not self._closing and not self._questions:
                moments = [at for at in (self._due, self._retry) if at is not None]
                left = min(moments) - time.monotonic() if moments else None
                if left is not None and left <= 0:
                    break
                self._wake.wait(left)
            return not self._closing

    def _open(self) -> None:
        try:
            self._store = open_store(self._folder)
        except Fault as fault:
            self._store = read_copy(self._folder)
            self._stumble(fault)
        else:
            self._say(self._store.notice)

    def _apply(self, changes: list[Change]) -> None:
        if not changes:
            return
        self._in_hand = changes
        try:
            self._persist(lambda: self._write_all(changes))
        except Exception:
            self._write_each(changes)
        self.unkept = self._fault or self.unkept
        self._in_hand = []

    def _persist(self, work: Callable[[], T]) -> T:
        """Do it; when the disk fails, do it where that leads, and at last in memory."""
        for _ in range(2):
            try:
                return work()
            except Fault as fault:
                self._fall_back(fault)
        try:
            return work()
        except Fault as fault:
            self._store = in_memory()
            self._stumble(fault)
        return work()

    def _write_all(self, changes: list[Change]) -> None:
        with self._store.change():
            for change in changes:
                change(self._store)

    def _write_each(self, changes: list[Change]) -> None:
        """One change is wrong in itself: it must not take the others with it."""
        for change in changes:
            try:
                self._persist(lambda change=change: self._write_all([change]))  # type: ignore[misc]
            except Exception as error:
                self._say(f"Something could not be saved: {error}.")

    def _answer(self, question: Callable[[Store], Any], future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            value = self._persist(lambda: question(self._store))
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(value)

    def _fall_back(self, fault: Fault) -> None:
        """Go on in memory, or with a new file where the old one was damaged."""
        old = self._store
        if isinstance(fault, Damaged):
            try:
                self._store = old.set_aside()
            except Fault as worse:
                self._store = in_memory()
                fault = worse
            else:
                self._fault = ""
                self._say(self._store.notice)
                return
        else:
            self._store = old.in_memory()
            old.close()
        self._stumble(fault)

    def _stumble(self, fault: Fault) -> None:
        # A newer program's file stays newer, a deleted one is made again; the rest may pass.
        wait = 0.0 if isinstance(fault, Moved) else RETRY_SECONDS
        self._retry = None if isinstance(fault, Newer) else time.monotonic() + wait
        self._fault = fault.reason
        self._say(str(fault))

    def _try_again(self, *, last: bool = False) -> None:
        """Bring what has gathered in memory to the disk, if it works again."""
        if self._retry is None or (not last and time.monotonic() < self._retry):
            return
        try:
            store = open_store(self._folder)
        except Fault as fault:
            self._stumble(fault)
            return
        try:
            store.merge(self._store.snapshot())
        except (Fault, ValueError) as error:
            store.close()
            self._retry = time.monotonic() + RETRY_SECONDS
            if isinstance(error, Fault):
                self._say(str(error))
            return
        self._store.close()
        self._store, self._retry = store, None
        self._fault = self.unkept = ""
        self._say(store.notice)

    def _check_once(self) -> None:
        """Read the whole file when nobody waits: damage found late is damage spread."""
        if not self._unchecked or self._retry is not None:
            return
        self._unchecked = False
        try:
            self._store.check()
        except Fault as fault:
            self._fall_back(fault)

    def _say(self, sentence: str) -> None:
        if sentence != self.notice:
            self.notice = sentence
            self.on_notice(sentence)
