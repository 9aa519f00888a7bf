"""The museum: every error and silent fault the doctor knows, by topic, and how a repair stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from engine.doctor import rules
from engine.doctor.silent_faults import faults
from engine.process.protocol import Explained, Finding
from tui.state.code_run import CodeRun
from tui.state.live_run import RunState
from tui.state.saving import Saving

SEEN, REPAIRED = "seen", "repaired"
"""Marks an error gets."""

SETTING = "museum:"
"""Before an error's name: its mark among the settings, its draft among the drafts."""

SILENT = "silent"

TOPICS = {
    "shapes": "Shapes",
    "layers": "Sizes of layers",
    "ranges": "Places and ranges",
    "making": "Making and converting",
    "calls": "Other names, other kinds",
    "dtypes": "Kinds of numbers",
    "devices": "Devices",
    "autograd": "Autograd",
    "optimizers": "Optimizers",
    "data": "Data",
    "models": "Models",
    "losses": "Losses",
    "families": "Said in general",
    SILENT: "Wrong without a word",
    "processes": "Processes and compilers",
    "python": "Plain Python",
}
"""The rooms, in the order of the course."""

ENOUGH_LEFT = 0.6
"""Part of the lines that a repair has to leave: deleting the code repairs nothing."""


class Elsewhere(Explained, tag="elsewhere", kw_only=True):
    """What an error means that cannot be raised here; ``says`` begins with the reason."""


@dataclass(frozen=True)
class Exhibit:
    """One fault: code that has it, and a repair."""

    id: str
    topic: str
    title: str
    code: str
    repaired: str
    staged: bool = False
    """The code only raises what another machine would."""
    needs: str = ""
    """What the build and the machine must be like to raise it, see `engine.doctor.needs`."""

    @property
    def key(self) -> str:
        """Its name in the store."""
        return f"{SETTING}{self.id}"

    @property
    def is_silent(self) -> bool:
        """Whether nothing is raised."""
        return self.topic == SILENT

    def holds(self, words: str) -> bool:
        """Whether every one of the words is in its title, topic or code."""
        text = f"{self.title} {TOPICS[self.topic]} {self.id} {self.code}".lower()
        return all(word in text for word in words.lower().split())

    def is_repair(self, code: str) -> bool:
        """Whether code that runs in peace is a repair of this, and not its removal."""
        return code.strip() != self.code and _lines(code) >= ENOUGH_LEFT * _lines(self.code)


@lru_cache
def exhibits() -> tuple[Exhibit, ...]:
    """All of them, room by room."""
    found = {
        rule.id: Exhibit(
            rule.id, rule.topic, rule.title, rule.snippet.strip(), rule.repaired.strip(),
            rule.staged, rule.needs,
        )
        for rule in sorted(rules(), key=lambda rule: not rule.staged)
        if rule.snippet
    }  # fmt: skip
    for fault in faults():
        code, repaired = fault.snippet.strip(), fault.repaired.strip()
        found[fault.id] = Exhibit(fault.id, SILENT, fault.title, code, repaired)
    ids = [*(rule.id for rule in rules()), *(fault.id for fault in faults())]
    order = {name: number for number, name in enumerate(ids)}
    rooms = list(TOPICS)
    return tuple(sorted(found.values(), key=lambda each: (rooms.index(each.topic), order[each.id])))


def elsewhere(exhibit: Exhibit, reason: str) -> Elsewhere:
    """What is told of an error that cannot be raised here, for this reason."""
    rule = next(rule for rule in rules() if rule.id == exhibit.id)
    # In quotes: "this PyTorch" is another one there.
    says = f'{reason}\nWhere it is raised: "{rule.says}"'
    title = "It cannot be raised here"
    return Elsewhere(rule=rule.id, title=title, says=says, fix=rule.fix, page=rule.page)


class Marks:
    """Which errors were seen and which repaired, as the store keeps it."""

    def __init__(self, saving: Saving) -> None:
        self._saving = saving
        self._marks: dict[str, str] = {}

    async def read(self) -> None:
        """Bring them from the store."""
        settings = await self._saving.read(lambda store: store.settings.all()) or {}
        names = (name for name in settings if name.startswith(SETTING))
        self._marks = {name: str(settings[name]) for name in names}

    def of(self, exhibit: Exhibit) -> str:
        """ "seen", "repaired" or nothing."""
        return self._marks.get(exhibit.key, "")

    def set(self, exhibit: Exhibit, mark: str) -> bool:
        """Mark an error, for good; whether that is news. What was repaired stays repaired."""
        if self.of(exhibit) in (REPAIRED, mark):
            return False
        name = exhibit.key
        self._marks[name] = mark
        self._saving.write(lambda store: store.settings.set(name, mark), name)
        return True

    @property
    def repaired(self) -> int:
        """How many were repaired."""
        return sum(self.of(each) == REPAIRED for each in exhibits())


class Judgement(NamedTuple):
    """What is said of a run of an exhibit, in which style, and the mark it earns."""

    says: str
    ink: str
    mark: str = ""


def explanation_of(run: CodeRun | None, exhibit: Exhibit) -> Explained | Finding | None:
    """What there is to explain in a run: the exhibit's own fault first."""
    if run is None or run.explained is not None:
        return run.explained if run else None
    if run.state is RunState.UNAVAILABLE:
        return elsewhere(exhibit, run.failure)
    return run.findings.get(exhibit.id) or next(iter(run.findings.values()), None)


def judged(exhibit: Exhibit, run: CodeRun, code: str) -> Judgement:
    """How an exhibit stands after a run of this code."""
    if run.state is RunState.UNAVAILABLE:
        return Judgement("Nothing was run: this error cannot be raised here.", "$warning")
    still = explanation_of(run, exhibit)
    if still is not None and still.rule == exhibit.id:
        if exhibit.is_silent:
            says = "Nothing was raised, and this was found in the run."
        else:
            says = "This is the error, raised just now on this machine."
            if exhibit.staged:
                says = "This is the error as another machine would raise it."
        return Judgement(says, "$text-muted", SEEN)
    if run.state is RunState.STOPPED:
        return Judgement("Stopped.", "$warning")
    if run.state is not RunState.FINISHED:
        return Judgement("Another one now.", "$warning")
    if still is not None:
        return Judgement("Something else is found in it now.", "$warning")
    if exhibit.is_repair(code):
        return Judgement("✓ It no longer fails.", "bold $success", REPAIRED)
    return Judgement("It no longer fails, but little of it is left.", "$warning")


def _lines(code: str) -> int:
    return sum(bool(line.strip()) for line in code.splitlines())
