"""Which of the stated things hold, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from lessons.format import catalog, conditions
from lessons.format.evidence import Evidence
from lessons.format.told import told as of_condition
from tests.claims import runs
from tests.claims.stated import Setting, Stated

PAGE_SEED = 0


@dataclass
class Judged:
    """A stated thing, and how it fared."""

    stated: Stated
    seeds: int = 0
    """How many it was held against."""
    failures: list[str] = field(default_factory=list)
    """One for every seed it is not true for, with the numbers."""
    right: dict[int, int] = field(default_factory=dict)
    """Of a prediction, which answer each seed makes right, counted from 0."""

    @property
    def claims(self) -> bool:
        """Whether there is anything to prove."""
        return bool(self.stated.claim.holds or self.stated.answers)

    @property
    def is_silent(self) -> bool:
        """Whether it neither claims anything nor says why not."""
        return not self.claims and not self.stated.claim.none


SeedsOf = Callable[[Setting], Iterable[int]]


def seeds_of(setting: Setting, count: int) -> range:
    """The page's seed and others; the page's alone where nothing is drawn by lot."""
    by_lot = catalog.experiment(setting.experiment).random
    return range(PAGE_SEED, PAGE_SEED + (count if by_lot else 1))


def judge(things: Iterable[Stated], seeds: SeedsOf) -> list[Judged]:
    """Hold all of them against runs."""
    listed = [Judged(one) for one in things]
    jobs = {
        (setting, seed): runs.job(setting, seed)
        for one in listed
        if one.claims
        for setting in _settings(one.stated)
        for seed in seeds(setting)
    }
    known = runs.answers(jobs.values())
    for one in listed:
        if one.claims and one.stated.setting:
            for seed in seeds(one.stated.setting):
                answers = {s: known.get(jobs[s, seed]) for s in _settings(one.stated)}
                _hold(one, seed, answers)
            _same_answer(one)
            if one.failures:  # what was measured on a busy machine is measured anew next time
                _forget(one, jobs)
    return listed


def _forget(one: Judged, jobs: dict[tuple[Setting, int], runs.Job]) -> None:
    mine = _settings(one.stated)
    for (setting, _), job in jobs.items():
        if setting in mine:
            job.file.unlink(missing_ok=True)


def _settings(one: Stated) -> list[Setting]:
    """The run itself first, then those it is compared with."""
    own = [one.setting] if one.setting else []
    others = {n for text in one.claim.holds for n in conditions.needs(conditions.parse(text))}
    return own + [one.presets[number] for number in sorted(others)]


def shown(setting: Setting, seed: int = PAGE_SEED) -> Evidence:
    """What one run shows.

    Raises:
        AssertionError: it failed.
    """
    job = runs.job(setting, seed)
    answer = runs.answers([job])[job]
    assert not answer.error, answer.error
    return answer.evidence


def _hold(one: Judged, seed: int, answers: dict[Setting, runs.Answer | None]) -> None:
    one.seeds += 1
    for answer in answers.values():
        if answer is None or answer.error:
            one.failures.append(f"seed {seed}: {answer.error if answer else 'no run'}")
            return
    seen = {setting: answer.evidence for setting, answer in answers.items() if answer}
    assert one.stated.setting
    presets = {n: seen[each] for n, each in one.stated.presets.items() if each in seen}
    evidence = msgspec.structs.replace(
        seen[one.stated.setting], presets=presets, knobs=dict(one.stated.setting.knobs)
    )
    one.failures += [f"seed {seed}: {text}" for text in _untrue(one.stated, evidence)]
    right = next((n for n, text in enumerate(one.stated.answers) if _holds(text, evidence)), None)
    if right is not None:
        one.right[seed] = right


def _same_answer(one: Judged) -> None:
    """A reason argues for one answer, so it must come out; unless chance or speed decides."""
    if len(set(one.right.values())) > 1 and not (one.stated.claim.none or one.stated.by_lot):
        told = ", ".join(f"seed {seed}: {right + 1}" for seed, right in one.right.items())
        one.failures.append(f"not always the same answer: {told}")


def _untrue(one: Stated, evidence: Evidence) -> Iterator[str]:
    for condition in one.claim.holds:
        if not _holds(condition, evidence):
            yield f"{condition}  ({told(condition, evidence)})"
    if one.answers and not any(_holds(answer, evidence) for answer in one.answers):
        yield f"no answer is right  ({told(' or '.join(one.answers), evidence)})"


def _holds(condition: str, evidence: Evidence) -> bool:
    try:
        return conditions.holds(condition, evidence)
    except (LookupError, ValueError):
        return False


def told(condition: str, evidence: Evidence) -> str:
    """The numbers that a condition compares: "mse 3.21, line_mse 2.61"."""
    numbers = of_condition(condition, evidence)
    shown = (f"{v:.4g}" if isinstance(v, float) else v or "?" for v in numbers.values())
    return ", ".join(f"{name} {value}" for name, value in zip(numbers, shown, strict=True))
