"""Every fault of the bug bench shows in ten seeds: what it is told by differs by a margin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import pytest

from lessons.format import catalog
from lessons.format.evidence import Evidence
from lessons.format.pages import Preset, run_of
from tests.claims import runs
from tests.claims.stated import setting

PAGE = catalog.page("training/name-the-fault")
SEEDS = range(10)

MARGINS = {
    "softmax before cross-entropy": ("", 1.5),
    "evaluates in train mode": ("_error", 1.3),
    "loss instead of loss.item()": ("_graphs", 100.0),
}
"""What a fault is told by (the batch's loss has no name), and how many times that of the sound loop
it is at the least."""
USUAL = "_error", 2.0


def presets() -> list[Preset]:
    """The bench's list."""
    assert PAGE
    lesson, index = PAGE
    run = run_of(lesson.pages[index].activity)
    assert run
    return run.every


def average(values: Sequence[float]) -> float:
    """Of a whole course; infinite where a value is no number."""
    return fmean(values) if all(map(math.isfinite, values)) else math.inf


def told(shown: Evidence, side: str, what: str) -> float:
    """What a fault is told by, of one of the two loops."""
    return average(shown.courses[f"{side}{what}"].values)


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.knobs["bug"])
def test_a_fault_shows_whatever_the_seed(preset: Preset) -> None:
    what, margin = MARGINS.get(preset.knobs["bug"], USUAL)
    wanted = setting("training.bugs", preset)
    jobs = {seed: runs.job(wanted, seed) for seed in SEEDS}
    answers = runs.answers(jobs.values())
    for seed, job in jobs.items():
        assert not answers[job].error
        shown = answers[job].evidence
        clean, other = (told(shown, side, what) for side in ("clean", "other"))
        assert math.isfinite(clean), seed
        assert other > margin * clean, seed
