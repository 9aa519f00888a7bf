"""Claims: how they are written, and what conditions can ask of a run."""

from __future__ import annotations

import math

import pytest

from engine.views import Bars, Grid, Line, Table, Text
from lessons.format import claims, conditions
from lessons.format.evidence import Course, Evidence
from lessons.format.pages import Predict, Run, parse
from lessons.format.told import Told, told, untrue

TABLE = Table(["activation", "mse", "said"], [["ReLU", 2.5, "dead"], ["Tanh", None, ""]])
SHOWN = Evidence(
    final={"loss": 1.0, "mse": 2.0, "lost": None},
    courses={
        "loss": Course([1, 2, 3, 4], [4.0, -1.0, float("nan"), 1.0]),
        "thinned": Course([10, 20], [5.0, 3.0], low=[5.0, 2.0], high=[9.0, 3.0]),
    },
    views={
        "table": TABLE,
        "sizes": Table(["size", "seconds"], [[16, 0.1], [32, 0.5]]),
        "facts": Table(["fact", "value"], [["bytes", 4]]),
        "text": Text("It is a copy."),
        "tensor": Grid([[1, 2], [3, 4]], note="shares memory"),
        "bars": Bars(["cpu", "gpu"], [10.0, 1.0]),
        "fit": Line([0.0, 10.0, 20.0], [0.0, 5.0, 25.0]),
        "training/fit": Line([0.0, 1.0], [1.0, 1.0]),
    },
    presets={2: Evidence(final={"mse": 7.0})},
    knobs={"width": 2, "bug": "no step"},
)


@pytest.mark.parametrize(
    "condition",
    [
        "first(loss) == 4 and min(loss) == -1 and max(loss) == 4",
        "abs(mean(loss) - 4 / 3) < 1e-9",
        "count(loss) == 4 and best_step(loss) == 2",
        "at(loss, 2) == -1 and at(loss, 3.5) == 1",
        "max_from(loss, 2) == 1 and min_from(loss, 2.5) == 1 and min_from(loss, 0) == -1",
        "max_from(thinned, 10) == 9 and max_from(thinned, 15) == 3 and not max_from(loss, 9) > 0",
        "turns(loss) >= 2 and rises(loss) == 0",
        "min(thinned) == 2 and max(thinned) == 9 and best_step(thinned) == 20",
        'cell("table", "ReLU", "mse") == 2.5 and cell("table", 0, 1) == 2.5',
        'not cell("table", "Tanh", "mse") >= 0',
        'says("table", "dead", "ReLU", "said") and not says("table", "dead", "Tanh", "said")',
        'says("text", "a copy") and says("tensor", "memory") and says("table", "ReLU")',
        'rows("table") == 2 and cell("tensor", 1, 0) == 3 and cell("bars", "gpu") == 1',
        'height("fit", 15) == 15 and height("training/fit", 0.5) == 1',
        'shows("fit") and not shows("network")',
        "mse < preset(2, mse - 1)",
        'knob("width", 2) and knob("bug", "no step") and not knob("width", 3)',
    ],
)
def test_what_a_condition_can_ask(condition: str) -> None:
    assert conditions.holds(condition, SHOWN)


@pytest.mark.parametrize(
    "condition",
    [
        "first(1)",
        "at(loss)",
        "max_from(loss)",
        "first(loss, 2)",
        'min("loss")',
        "cell(loss, 1)",
        'shows("a", "b")',
        "preset(mse, 2)",
        'knob("width")',
        "knob(width, 2)",
        "finite(a, b)",
        'says("text", x="copy")',
        "a is b",
    ],
)
def test_anything_else_is_refused(condition: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        conditions.holds(condition, SHOWN)


@pytest.mark.parametrize("condition", ["typo > 1", "max(typo) > 1", 'says("typo", "a")'])
def test_what_was_not_shown_is_an_error_not_an_answer(condition: str) -> None:
    with pytest.raises(LookupError):
        conditions.holds(condition, SHOWN)


def test_the_numbers_of_a_condition() -> None:
    numbers = told("mse < 3 and lost > max(loss) and finite(typo)", SHOWN)
    lost = numbers.pop("lost")
    assert isinstance(lost, float)
    assert math.isnan(lost)
    assert numbers == {"mse": 2.0, "highest loss": 4.0, "typo": None}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("abs(mse - 3) < 1e-9 * first(loss)", {"mse": 2.0, "first loss": 4.0}),
        ("at(loss, mse) == -1", {"loss at step 2": -1.0}),
        ("rises(loss) == 1", {"steps up of loss": 0.0}),
        ("turns(loss) > 2", {"changes of sign of loss": 2.0}),
        ('cell("table", "ReLU", "mse") < 3', {"ReLU, mse": 2.5}),
        ('cell("tensor", 0, 1) > 3', {"tensor[0, 1]": 2.0}),
        ('cell("sizes", 1, "seconds") < 1', {"size 32, seconds": 0.5}),
        ('cell("facts", "bytes", "value") == 8', {"bytes": 4.0}),
        ('cell("bars", "cpu") > 1', {"cpu": 10.0}),
        ('says("table", "dead", "Tanh", "said")', {"Tanh, said": ""}),
        ('says("text", "gone") or shows("fit") or knob("width", 3)', {}),
        ('height("training/fit", 0.5) == 2', {"fit at 0.5": 1.0}),
        ('rows("table") == 4', {"rows of the table": 2.0}),
        ("mse < preset(2, mse)", {"mse": 2.0}),
    ],
)
def test_what_a_condition_measures_is_told_in_words(condition: str, words: dict[str, Told]) -> None:
    assert told(condition, SHOWN) == words


def test_an_experiments_own_words_come_first() -> None:
    numbers = told("max(mse) > 1 and mse > 1", SHOWN, {"mse": "error"})
    assert numbers == {"highest error": None, "error": 2.0}


def test_only_what_is_not_so_is_told() -> None:
    claim = 'mse == 2 and mse < 1 and says("typo", "a") and knob("width", 2)'
    assert untrue(claim, SHOWN) == ["mse < 1", "says('typo', 'a')"]


def test_which_numbers_pictures_and_presets_a_condition_speaks_of() -> None:
    tree = conditions.parse('abs(mse) < max(loss) + preset(2, lr) and cell("table", 0, 1) > mse')
    assert conditions.names(tree) == {"mse", "loss"}
    assert conditions.pictures(tree) == {"table"}
    assert conditions.needs(tree) == {2}


def test_notes_reasons_and_sentences_carry_claims() -> None:
    run, predict = parse(
        "## One\n\n<!-- claim: fit epochs=5 | mse < 3 | bend > 1 -->\n\n"
        "<!-- run: fit | A | So it\nis.\nholds: mse < 3\nholds: mse < preset(2, mse) -->\n"
        "<!-- run: fit epochs=9 | B | A word.\nclaims: none (definition) -->\n"
        "## Two\n\n<!-- predict: What?\n- One | n > 1\n- Two | n <= 1\nrun: fit\n"
        "why: So.\nholds: n > 1\n-->\n",
        "training",
    )
    assert isinstance(run.activity, Run)
    first, second = run.activity.presets
    assert first.note == "So it is."
    assert first.claim.holds == ["mse < 3", "mse < preset(2, mse)"]
    assert first.claim.own == ["mse < 3"]
    assert (second.claim.none, second.note) == ("definition", "A word.")
    (said,) = run.said
    assert (said.experiment, said.knobs) == ("training.fit", {"epochs": "5"})
    assert said.claim.holds == ["mse < 3", "bend > 1"]
    assert isinstance(predict.activity, Predict)
    assert (predict.activity.why, predict.activity.claim.holds) == ("So.", ["n > 1"])


def test_a_claim_is_judged_by_the_run_that_was_made() -> None:
    claim = claims.Claim(["mse < 3", "mse < preset(2, mse)"])
    assert claim.is_true({"mse": 2.0})
    assert not claim.is_true({"mse": 4.0})
    assert not claim.is_true({})
    assert claims.Claim(none="definition").is_true({})


def test_lines_of_a_recap() -> None:
    line = claims.recap("It bends. | fit epochs=5 | bend > 1", "training")
    assert line.said is not None
    assert (line.text, line.said.claim.holds) == ("It bends.", ["bend > 1"])
    line = claims.recap("A name. | none (definition)", "training")
    assert (line.text, line.said, line.none) == ("A name.", None, "definition")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("holds: n = 1", "not a condition"),
        ("claims: none", "claims: none"),
        ("holds: n > 1\nclaims: none (definition)", "claims: none"),
    ],
)
def test_a_claim_that_cannot_be_read_is_named_with_its_page(lines: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"page 'Here'.*{reason}"):
        parse(f"## Here\n\n<!-- run: fit | A | B.\n{lines} -->\n", "training")
