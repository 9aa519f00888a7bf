"""Grade an answer: the exercise's checks in order, up to the first that fails, as verdicts."""

from __future__ import annotations

import random
import tomllib
import warnings
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import numpy as np
import torch

from engine import doctor
from engine.grading import checks
from engine.process import learner_module
from engine.process.control import Stopped
from engine.process.failure import frames_of, whole_story, words_of
from engine.process.feed import Feed
from engine.process.protocol import Check, Frame, Printed, Result, Verdict

WORDS = Path(__file__).with_name("words.en.toml")

CHECK_FILE = "<check>"
"""What tracebacks call the hidden check: no file of a learner's can have that name."""


@lru_cache
def common_words() -> dict[str, str]:
    """The messages of any exercise by key."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


class Judge:
    """One check of one piece of code; tells how it stands after every step."""

    def __init__(self, job: Check, run_id: int, feed: Feed) -> None:
        self._job = job
        self._run_id = run_id
        self._feed = feed
        self._code = checks.Code({})
        self.results = [Result(name=name, title=title) for name, title in job.proves.items()]

    def run(self) -> None:
        """Load the code and try every check.

        Raises:
            SyntaxError: the code is no Python.
        """
        code = learner_module.compiled(self._job.code, self._job.file)
        made = learner_module.module("exercise", self._job.file)
        check = load_check(self._job.check)
        self.tell()
        checks.show_with(self._feed.take)
        with learner_module.Limited(self._job.seconds):
            for index, result in enumerate(self.results):
                began = perf_counter()
                try:
                    with learner_module.Restored():
                        if index == 0:
                            seed()
                            exec(code, made.__dict__)
                    with learner_module.Restored():
                        seed()
                        self._code = checks.Code(made.__dict__)
                        getattr(check, result.name)(self._code)
                    result.outcome = "passed"
                except BaseException as error:
                    self._fail(result, error)
                result.seconds = perf_counter() - began
                self.tell()
                if result.outcome == "failed":
                    break

    def tell(self) -> None:
        """Send how it stands."""
        self._feed.send(Verdict(self._run_id, results=self.results))
        self._feed.flush()

    def _fail(self, result: Result, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt | Stopped):
            raise error
        result.outcome = "failed"
        if not isinstance(error, checks.Wrong):
            result.frames = [frame for frame in frames_of(error) if frame.file == self._job.file]
            with suppress(Exception):
                if result.frames and (story := whole_story(error)):
                    self._feed.send(Printed(self._run_id, text=story))
        result.key, result.message = self._words(error, result.frames)

    def _words(self, error: BaseException, theirs: list[Frame]) -> tuple[str, str]:
        """The key and text of what is said about a failure."""
        if isinstance(error, checks.Wrong):
            return error.key, self._say(error.key, **error.facts)
        place = theirs[-1] if theirs else Frame(self._job.file, 0, "")
        where = {"line": place.line, "source": place.source}
        if isinstance(error, learner_module.TimeUp):
            return "time-limit", self._say("time-limit", seconds=self._job.seconds, **where)
        if isinstance(error, SystemExit):
            return "left-early", self._say("left-early")
        if isinstance(error, MemoryError):
            return "memory", self._say("memory", **where)
        name, message = words_of(error)
        message = message.partition("\n")[0]
        if theirs:
            return self._explained(error, {"error": name, "message": message, **where})
        if isinstance(error, TypeError) and "argument" in message:
            return "arguments", self._say("arguments", message=message)
        if given := self._code.given:
            return "unfit", self._say("unfit", error=name, message=message, **given)
        return "check-failed", self._say("check-failed", error=name, message=message)

    def _explained(self, error: BaseException, facts: dict[str, Any]) -> tuple[str, str]:
        explained = doctor.examine(error, self._run_id, self._job.file)
        if explained is not None:
            self._feed.send(explained)
            return f"raised-{explained.rule}", self._say("raised", **facts)
        return "raised", self._say("raised", **facts)

    def _say(self, key: str, **facts: Any) -> str:
        words = self._job.says.get(key) or common_words()[key]
        return words.format(**facts)


def load_check(source: str) -> ModuleType:
    """The module whose text is that of a ``check.py``."""
    made = ModuleType("check")
    # Warnings about the check's own code, or ours, say nothing about the learner's.
    warnings.filterwarnings("ignore", module=r"(check\Z|engine\.)")
    exec(compile(source, CHECK_FILE, "exec", dont_inherit=True), made.__dict__)
    return made


def seed() -> None:
    """The same numbers at every check, whatever ran before."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
