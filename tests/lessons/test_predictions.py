"""Every prediction has a right answer, and it is the one its explanation speaks of.

The app computes the right answer from the learner's own run. Here the same runs are made, so that
an explanation never argues for another answer than the one that comes out.
"""

from __future__ import annotations

import pytest

from lessons.format import catalog
from lessons.format.evidence import Evidence
from lessons.format.pages import Predict, right_choice
from tests.claims.judged import shown
from tests.claims.stated import setting

ANY = -1
"""Decided by the machine's speed or by lot; any answer will do."""

EXPECTED = {
    "tensors/A box of numbers": 1,
    "tensors/The bridge to numpy": 0,
    "tensors/One strip of memory": 2,
    "tensors/A trap": 2,
    "tensors/Why not a list": 2,
    "devices/What .to gives back": 1,
    "devices/They must meet in one place": 2,
    "devices/Four things to move": 2,
    "devices/A GPU works on its own": 2,
    "devices/Time it honestly": 2,
    "autograd/A trace of what you did": 2,
    "autograd/The way back": 0,
    "autograd/What a slope tells": 2,
    "autograd/Backward, again": 1,
    "autograd/How do we know it is right?": 1,
    "autograd/When nothing should be remembered": 1,
    "optimizers/Downhill": 1,
    "optimizers/Too fast for the valley": 1,
    "optimizers/The forgotten line": 2,
    "optimizers/The family": 2,
    "data/Measurements": 2,
    "data/A DataLoader": 1,
    "data/What asking costs": ANY,
    "data/Judge on other data": 2,
    "data/Sorted data": 0,
    "models/Layers in a row": 2,
    "models/A class of your own": 0,
    "models/One wrong point": 1,
    "models/The shape trap": 2,
    "training/Four things": 1,
    "training/Two layers, or twelve": 0,
    "training/Too fast": 2,
    "training/A blind round": ANY,
    "activations/A function that bends": 1,
    "activations/The rescue": 2,
    "activations/Which one is best?": 1,
    "activations/Dead units": 0,
    "activations/Vanishing": 2,
}
PREDICTIONS = {
    f"{lesson.slug}/{page.title}": page.activity
    for lesson in catalog.lessons()
    for page in lesson.pages
    if isinstance(page.activity, Predict)
}


def evidence_of(predict: Predict) -> Evidence:
    """What the run shows that the learner makes."""
    return shown(setting(predict.run.experiment, predict.run.presets[0]))


def test_every_prediction_is_listed() -> None:
    assert PREDICTIONS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("place", PREDICTIONS)
def test_the_right_answer_is_the_one_explained(place: str) -> None:
    predict = PREDICTIONS[place]
    right = right_choice(predict, evidence_of(predict))
    assert right is not None
    assert EXPECTED[place] in (right, ANY)
