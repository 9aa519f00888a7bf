import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.format.knobs import Knob, Value

LR = Knob(name="lr", default=0.001, kind="float", low=1e-5, high=1.0, log=True)
WIDTH = Knob(name="width", default=10, kind="int", low=1, high=200, log=True)
START = Knob(name="start", default=-3.5, kind="float", low=-10, high=10)
DEPTH = Knob(name="depth", default=2, kind="int", low=1, high=8)
NORMALISE = Knob(name="normalise", default=False, kind="bool")
DEVICE = Knob(
    name="device", default="auto", kind="choice", choices=["auto", "cpu"], pattern=r"cuda:\d+"
)
NUMBERS = [LR, WIDTH, START, DEPTH]


@pytest.mark.parametrize(
    ("knob", "text", "value"),
    [
        (LR, "1e-3", 0.001),
        (LR, " 1 ", 1.0),
        (WIDTH, "20", 20),
        (WIDTH, "1e2", 100),
        (NORMALISE, "yes", True),
        (NORMALISE, "False", False),
        (DEVICE, "cuda:1", "cuda:1"),
    ],
)
def test_parse_reads_what_a_person_types(knob: Knob, text: str, value: Value) -> None:
    assert knob.parse(text) == value
    assert type(knob.parse(text)) is type(value)


@pytest.mark.parametrize(
    ("knob", "text", "allowed"),
    [
        (LR, "2", "a number from 1e-05 to 1"),
        (LR, "nan", "a number from"),
        (LR, "fast", "a number from"),
        (WIDTH, "2.5", "a whole number from 1 to 200"),
        (NORMALISE, "maybe", "true or false"),
        (DEVICE, "tpu", "one of auto, cpu"),
    ],
)
def test_a_refusal_names_what_is_allowed(knob: Knob, text: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"{knob.name}.*{allowed}"):
        knob.parse(text)


@pytest.mark.parametrize(("knob", "value"), [(WIDTH, 2.0), (WIDTH, True), (LR, "1"), (DEVICE, 1)])
def test_check_refuses_the_wrong_kind(knob: Knob, value: object) -> None:
    with pytest.raises(ValueError, match=knob.name):
        knob.check(value)


def test_log_knobs_step_one_two_five() -> None:
    walk = [0.003]
    for _ in range(4):
        walk.append(float(LR.step(walk[-1], 1)))
    assert walk == [0.003, 0.005, 0.01, 0.02, 0.05]


def test_linear_knobs_step_on_round_numbers() -> None:
    assert START.step(-3.5, 1) == -3.0
    assert START.step(-3.5, -1) == -4.0
    assert DEPTH.step(2, 1) == 3


def test_choices_and_switches_go_round() -> None:
    assert DEVICE.step("cpu", 1) == "auto"
    assert DEVICE.step("auto", -1) == "cpu"
    assert DEVICE.step("cuda:3", 1) == "auto"
    assert NORMALISE.step(False, -1) is True


@given(st.sampled_from(NUMBERS), st.floats(0, 1), st.sampled_from([-1, 1]))
def test_steps_stay_in_range_move_on_and_reach_the_end(knob: Knob, at: float, way: int) -> None:
    assert knob.low is not None
    assert knob.high is not None
    start: float = knob.low + at * (knob.high - knob.low)
    value: Value = round(start) if knob.kind == "int" else start
    end = knob.high if way > 0 else knob.low
    for _ in range(60):
        if value == end:
            break
        moved = knob.check(knob.step(value, way))
        assert (float(moved) - float(value)) * way > 0
        value = moved
    assert value == end
