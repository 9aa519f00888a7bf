"""What the museum shows: every error and silent fault the doctor knows, by topic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.doctor import rules
from engine.doctor.silent_faults import faults
from engine.process.protocol import Explained

SILENT = "silent"

TOPICS = {
    "shapes": "Shapes",
    "dtypes": "Kinds of numbers",
    "devices": "Devices",
    "autograd": "Autograd",
    "optimizers": "Optimizers",
    "data": "Data",
    "models": "Models",
    "losses": "Losses",
    SILENT: "Wrong without a word",
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


def _lines(code: str) -> int:
    return sum(bool(line.strip()) for line in code.splitlines())
