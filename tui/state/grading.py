"""Submissions judged side by side in one engine, each with a row to show for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec

from engine.process.client import Engine, State
from engine.process.protocol import AnyEvent, Refused, RunDied, RunEnded, RunFailed, Verdict
from tui.state import source_file as source
from tui.state.check_job import check_job
from tui.state.submissions import Submission


class Row(msgspec.Struct):
    """How one submission fared."""

    file: str
    exercise: str
    """ "lesson/exercise"; empty when it is an answer to none."""
    passed: bool
    checks_passed: int = 0
    checks: int = 0
    failed: str = ""
    """The title of the check that failed, or what kept the checks from being made."""
    message: str = ""
    seconds: float = 0.0
    student: str = ""


class EngineDiedError(RuntimeError):
    """The engine cannot be started any more; the message is what it said last."""


class Grader:
    """An engine in which many submissions are judged at a time."""

    def __init__(self, at_once: int, seed: int = 0) -> None:
        self._at_once = at_once
        self._seed = seed
        self._events: dict[int, list[AnyEvent]] = {}
        self._ended: dict[int, asyncio.Event] = {}
        self._engine = Engine(self._hear, self._enter)

    async def rows(self, submissions: list[Submission]) -> AsyncIterator[Row]:
        """A row for each submission, in their order.

        Raises:
            EngineDiedError: the engine does not start.
        """
        await self._engine.start()
        room = asyncio.Semaphore(self._at_once)
        tasks = [asyncio.create_task(self._row(each, room)) for each in submissions]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await self._engine.close()

    async def _row(self, submission: Submission, room: asyncio.Semaphore) -> Row:
        exercise = submission.exercise
        row = Row(submission.file, "", passed=False, student=submission.student)
        if exercise is None:
            row.failed, row.message = "An exercise is known", "No exercise has this name or folder."
            return row
        row.exercise, row.checks = exercise.name, len(exercise.head.checks)
        async with room:
            began = time.perf_counter()
            try:
                job = check_job(exercise, source.read(submission.path))
            except source.UnreadableError as error:
                row.failed, row.message = "It can be read", str(error)
                return row
            run_id = self._engine.run(job, seed=self._seed)
            ended = self._ended[run_id] = asyncio.Event()
            await ended.wait()
            row.seconds = round(time.perf_counter() - began, 3)
        _fill(row, self._events.pop(run_id, []))
        return row

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, Verdict | RunFailed | RunDied | Refused):
            self._events.setdefault(event.run_id, []).append(event)
        if isinstance(event, RunEnded | Refused) and (ended := self._ended.pop(event.run_id, None)):
            ended.set()

    def _enter(self, state: State) -> None:
        if state is State.FAILED:
            for ended in self._ended.values():
                ended.set()
            self._ended.clear()


def _fill(row: Row, events: list[AnyEvent]) -> None:
    """What the events say."""
    for event in events:
        match event:
            case Verdict(results=results):
                row.checks_passed = sum(each.outcome == "passed" for each in results)
                row.passed = event.passed
                for each in results:
                    if each.outcome == "failed":
                        row.failed, row.message = each.title, each.message
            case RunFailed(error=error, message=message, frames=frames):
                row.passed, row.failed = False, "It is Python"
                place = f" (line {frames[-1].line})" if frames else ""
                row.message = f"{error}: {message}{place}"
            case RunDied(reason=reason):
                row.passed, row.failed, row.message = False, "It ends", f"The run {reason}."
            case Refused(message=message):
                row.passed, row.failed, row.message = False, "It ends", message
    if not events:
        row.failed, row.message = "It ends", "The run ended without a verdict."
