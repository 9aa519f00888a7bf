"""An answer agrees with its reference or is refused, and the battery sees what else it does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.grading.checks import Code, Draw, Either, Wrong, agrees
from engine.grading.surroundings import Surroundings, seed_everything
from engine.grading.verdicts import SEED


def double(x: Tensor) -> Tensor:
    return x * 2


def cases(draw: Draw) -> Iterator[list[Any]]:
    for n in draw.lengths(6):
        yield [draw.normal(n)]


def refused(answer: Callable[..., Any], seed: int | str = 1, **settings: Any) -> str:
    """The key of the message that this answer to `double` meets; empty when it meets none."""
    around = Surroundings()
    seed_everything(SEED)
    try:
        agrees(Code({"double": answer}, seed=seed), double, cases, **settings)
    except Wrong as wrong:
        return wrong.key
    finally:
        around.restore()
    return ""


@pytest.mark.parametrize("answer", [lambda x: x + x, lambda x: x.clone().mul_(2), torch.add])
def test_any_style_agrees(answer: Callable[..., Any]) -> None:
    given = (lambda x: answer(x, x)) if answer is torch.add else answer
    assert refused(given) == ""


class Equal(float):
    """A number that says it is equal to all others."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


kept: dict[str, Tensor] = {}

shared = torch.zeros(6)


def into_shared(x: Tensor) -> Tensor:
    shared[: len(x)] = x * 2
    return shared[: len(x)]


def in_double(x: Tensor) -> Tensor:
    torch.set_default_dtype(torch.float64)
    return x * 2


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (lambda x: x * 3, "disagrees"),
        (lambda x: (x * 2)[:1], "other-shape"),
        (lambda x: (x * 2).tolist(), "not-a-tensor"),
        (lambda x: None, "returned-nothing"),
        (lambda x: torch.zeros(2), "other-shape"),
        (lambda x: x * 2 if len(x) < 3 else x, "disagrees"),
        (lambda x: kept.setdefault("first", x * 2), "kept-from-before"),
        (lambda x: kept.setdefault(str(id(x)), x * 2).clone(), "kept-from-before"),
        (lambda x: kept.setdefault(str(len(x)), x * 2).clone(), "kept-from-before"),
        (lambda x: x * 2 if x.is_contiguous() else x, "disagrees"),
        (into_shared, "answer-changed"),
        (lambda x: x.mul_(2), "changed-in-place"),
        (lambda x: (torch.manual_seed(0), x * 2)[1], "reseeded"),
        (lambda x: (random.seed(0), x * 2)[1], "reseeded"),
        (lambda x: (np.random.seed(0), x * 2)[1], "reseeded"),
        (lambda x: (torch.set_grad_enabled(False), x * 2)[1], "global-state"),
        (in_double, "global-state"),
        (lambda x: x * float("nan"), "disagrees"),
        (lambda: 1, "arguments"),
    ],
)
def test_each_slip_has_its_key(answer: Callable[..., Any], key: str) -> None:
    kept.clear()
    assert refused(answer) == key


def test_the_dtype_counts_where_it_has_to() -> None:
    assert refused(lambda x: (x * 2).double()) == ""
    assert refused(lambda x: (x * 2).double(), exactly=True) == "other-dtype"


def test_a_number_that_lies_about_being_equal_is_taken_for_what_it_holds() -> None:
    def three() -> float:
        return 3.0

    with pytest.raises(Wrong, match="disagrees"):
        agrees(Code({"three": lambda: Equal(4)}), three, lambda draw: [[]])


def test_one_of_several_right_answers_is_enough() -> None:
    def root(x: Tensor) -> Either:
        return Either([x.sqrt(), -x.sqrt()])

    def positive(draw: Draw) -> Iterator[list[Any]]:
        yield [draw.normal(4).abs()]

    agrees(Code({"root": lambda x: -x.sqrt()}), root, positive)
    with pytest.raises(Wrong, match="disagrees"):
        agrees(Code({"root": lambda x: x}), root, positive)


def test_a_seed_draws_the_same_again_and_others_draw_others() -> None:
    first, again, other = (Draw(seed).normal(5) for seed in ("7 a", "7 a", "8 a"))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert sorted(Draw(1).lengths(9, 4))[:2] == [1, 2]


def _model() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))


@torch.no_grad()
def _nudge(model: nn.Module) -> None:
    next(model.parameters()).add_(1)


@pytest.mark.parametrize(
    ("slip", "key"),
    [
        (lambda model: _nudge(model), "moved"),
        (lambda model: model(torch.ones(4, 2)), "statistics-moved"),
        (lambda model: model.eval(), "mode-lost"),
        (lambda model: model[2].eval(), "mode-lost"),
        (lambda model: model.requires_grad_(False), "requires-grad-changed"),
        (lambda model: model.eval()(torch.ones(4, 2)).sum().backward(), "gradients-changed"),
    ],
)
def test_what_is_done_to_a_module_is_seen_unless_it_is_allowed(
    slip: Callable[[nn.Module], Any], key: str
) -> None:
    code = Code({"judge": lambda model: (slip(model), 1.0)[1]})
    allowed = {"mode-lost"} - {key}
    with pytest.raises(Wrong, match=key):
        code.may(*allowed).judge(_model())
    assert code.may(key, "mode-lost").judge(_model()) == 1.0


def test_lists_and_arrays_of_the_callers_stay_too() -> None:
    code = Code({"last": lambda items: items.pop(), "first": lambda a: (a.fill(0), 1)[1]})
    with pytest.raises(Wrong, match="list-changed"):
        code.last([1, 2])
    with pytest.raises(Wrong, match="changed-in-place"):
        code.first(np.ones(3))
