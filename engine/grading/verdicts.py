"""Grade an answer: the exercise's checks in order, up to the first that fails, as verdicts."""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

from engine import doctor
from engine.grading import agreement, checks, wrong
from engine.grading.peeking import Lookout, named
from engine.grading.phrases import phrase
from engine.grading.surroundings import Surroundings, seed_everything
from engine.process import learner_module
from engine.process.control import Stopped
from engine.process.failure import frames_of, whole_story, words_of
from engine.process.feed import Feed
from engine.process.protocol import Check, Frame, Printed, Result, Verdict

WORDS = Path(__file__).with_name("words.en.toml")

TOO_MANY = re.compile(
    r"(?P<name>[\w.]+)\(\) takes (?P<takes>\d+) positional arguments? but (?P<given>\d+) w"
)
"""What Python says when a method has no `self`, or a function too few parameters."""

CHECK_FILE = "<check>"
"""What tracebacks call the hidden check: no file of a learner's can have that name."""


@lru_cache
def common_words() -> dict[str, str]:
    """The messages of any exercise by key."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


SEED = 161_803
"""A seed that nobody else takes: seeding anew, with 0 say, is told from it."""

MOST_SEEDS = 9999
"""Seeds are short: a person may have to type one."""


class Judge:
    """One check of one piece of code; tells how it stands after every step.

    ``seed`` draws the inputs: 0 takes another one each time. ``raised`` takes what the code raised.
    """

    def __init__(
        self,
        job: Check,
        run_id: int,
        feed: Feed,
        seed: int = 0,
        raised: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._job = job
        self._run_id = run_id
        self._feed = feed
        self._take = raised
        self._seed = seed or 1 + int.from_bytes(os.urandom(4), "big") % MOST_SEEDS
        self._code = checks.Code({})
        self._lookout = Lookout(job.file)
        self.results = [Result(name=name, title=title) for name, title in job.proves.items()]

    def run(self) -> None:
        """Load the code and try every check.

        Raises:
            SyntaxError: the code is no Python.
        """
        self._compiled = learner_module.compiled(self._job.code, self._job.file)
        check = load_check(self._job.check)
        self.tell()
        checks.show_with(self._feed.take)
        self._lookout.begin()
        self._around = Surroundings(checks, agreement, wrong)
        names: dict[str, Any] = {}
        with learner_module.Limited(self._job.seconds), learner_module.Interruptible():
            for index, result in enumerate(self.results):
                began = perf_counter()
                try:
                    if index == 0:
                        with learner_module.Restored():
                            names = self._load()
                        self._refuse_tricks()
                    with learner_module.Restored():
                        self._prove(getattr(check, result.name), names)
                    self._refuse_tricks()
                    result.outcome = "passed"
                except BaseException as error:
                    self._fail(result, error)
                result.seconds = perf_counter() - began
                self.tell()
                if result.outcome == "failed":
                    break

    def _load(self) -> dict[str, Any]:
        """Run the learner's file; the names it has made."""
        made = learner_module.module("exercise", self._job.file)
        seed_everything(SEED)
        exec(self._compiled, made.__dict__)
        return made.__dict__

    def _prove(self, proof: Callable[[checks.Code], None], names: dict[str, Any]) -> None:
        seed_everything(SEED)
        seed = f"{self._seed} {proof.__name__}"
        self._code = checks.Code(names, seed=seed, load=self._load)
        proof(self._code)

    def _refuse_tricks(self) -> None:
        """Refuse code that has changed what is global, or has looked at who judges it."""
        setting, name = self._around.changed_setting(), self._around.replaced_name()
        self._around.restore()
        if setting:
            raise checks.Wrong("global-state", setting=setting)
        if name:
            raise checks.Wrong("replaced", name=name)
        if peeked := self._lookout.seen or named(self._compiled):
            raise checks.Wrong("peeked", at=peeked)

    def tell(self) -> None:
        """Send how it stands."""
        self._feed.send(Verdict(self._run_id, results=self.results))
        self._feed.flush()

    def _fail(self, result: Result, error: BaseException) -> None:
        if isinstance(error, learner_module.Interrupted | Stopped):
            raise error
        result.outcome = "failed"
        if not isinstance(error, checks.Wrong):
            self._take(error)
            result.frames = [frame for frame in frames_of(error) if frame.file == self._job.file]
            with suppress(Exception):
                if result.frames and (story := whole_story(error)):
                    self._feed.send(Printed(self._run_id, text=story))
        result.key, result.message = self._words(error, result.frames)

    def _words(self, error: BaseException, theirs: list[Frame]) -> tuple[str, str]:
        """The key and text of what is said about a failure."""
        if isinstance(error, checks.Wrong):
            return error.key, self._say(error.key, **error.facts) + self._drawn()
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
        return self._without_a_line(name, message)

    def _without_a_line(self, error: str, message: str) -> tuple[str, str]:
        """What is said where no line of the learner's was at work."""
        if error == "TypeError" and (found := TOO_MANY.search(message)):
            takes, given = int(found["takes"]), int(found["given"])
            key = "missing-self" if given == takes + 1 else "arguments"
            return key, self._say(key, message=message, name=found["name"])
        if error == "TypeError" and "argument" in message:
            return "arguments", self._say("arguments", message=message)
        if error == "NotImplementedError" and '"forward"' in message:
            return "no-forward", self._say("no-forward")
        if given_last := self._code.given:
            said = self._say("unfit", error=error, message=message, **given_last)
            return "unfit", said + self._drawn()
        return "check-failed", self._say("check-failed", error=error, message=message)

    def _drawn(self) -> str:
        """The seed that draws the same inputs once more, where there were any."""
        return f" (Drawn with seed {self._seed}.)" if self._code.has_drawn else ""

    def _explained(self, error: BaseException, facts: dict[str, Any]) -> tuple[str, str]:
        explained = doctor.examine(error, self._run_id, self._job.file)
        if explained is not None:
            self._feed.send(explained)
            return f"raised-{explained.rule}", self._raised(facts)
        return "raised", self._raised(facts)

    def _raised(self, facts: dict[str, Any]) -> str:
        return self._say("raised" if facts["message"] else "raised-plain", **facts)

    def _say(self, key: str, **facts: Any) -> str:
        words = self._job.says.get(key) or common_words()[key]
        return phrase(words, facts)


def load_check(source: str) -> ModuleType:
    """The module whose text is that of a ``check.py``."""
    made = ModuleType("check")
    # Warnings about the check's own code, or ours, say nothing about the learner's.
    warnings.filterwarnings("ignore", module=r"(check\Z|engine\.)")
    exec(compile(source, CHECK_FILE, "exec", dont_inherit=True), made.__dict__)
    return made
