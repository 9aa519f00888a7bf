"""Errors from outside are recognised, none is explained wrongly, and no fix invents a name."""

from __future__ import annotations

import ast
import builtins
import re
from contextlib import suppress

import pytest
import torch

from engine import doctor
from engine.doctor import rules
from tests.doctor.__main__ import ENOUGH, verdict
from tests.doctor.outside.cases import UNKNOWN, Case, cases, kinds
from tests.doctor.outside.layouts import DRESSES, dressed
from tests.doctor.outside.reading import rule_of

EVERY = list(cases())
PLAIN = [case for case in EVERY if case.layout == "plain"]

LIBRARIES = (torch, torch.Tensor, torch.nn, torch.nn.Module, torch.nn.functional, torch.optim)
EVERYBODYS = {"torch", "nn", "F", "np", "numpy", "os", "functional"}.union(
    *(dir(one) for one in (*LIBRARIES, torch.utils.data, torch.amp, builtins))
)
"""Names that are nobody's in particular."""

OTHERS = {
    *("root", "lr", "fullgraph", "strict", "padding", "astype", "axis", "copy"),  # arguments
    *("tocha", "nvidia", "smi", "gloo", "mem", "ulimit", "n", "cl", "standalone"),  # commands
    *("i", "each", "layer"),  # made in the code that is shown
}
"""Words in the code of fixes that stand for no variable of anybody's."""


def test_enough_are_recognised_and_none_wrongly() -> None:
    fitting = kinds()
    found = {
        f"{case.sheet}/{case.name}": verdict(case, rule_of(case.text), fitting) for case in EVERY
    }
    assert [name for name, one in found.items() if one == "wrong"] == []
    known = [case for case in EVERY if case.kind != UNKNOWN]
    missed = [name for name, one in found.items() if one == "missed"]
    assert len(known) >= 150
    assert len(missed) <= (1 - ENOUGH) * len(known), missed


def test_every_kind_and_every_rule_named_there_is_known() -> None:
    fitting = kinds()
    assert {case.kind for case in EVERY} - {UNKNOWN} == set(fitting)
    assert set().union(*fitting.values()) <= {rule.id for rule in rules()}


@pytest.mark.parametrize("layout", DRESSES)
def test_a_traceback_means_the_same_wherever_it_is_copied_from(layout: str) -> None:
    other = {
        case.name: (rule_of(case.text), rule_of(dressed(case.text, layout)))
        for case in PLAIN
        if rule_of(case.text) != rule_of(dressed(case.text, layout))
    }
    assert other == {}


def invented(case: Case) -> set[str]:
    """Names in the code of a fix that are neither in the text nor everybody's."""
    _, explained = doctor.read(case.text)
    names: set[str] = set()
    for code in re.findall(r"`([^`]+)`", explained.fix) if explained else ():
        with suppress(SyntaxError):
            tree = ast.parse(code.replace("...", "0"))
            names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    known = EVERYBODYS | OTHERS | set(re.findall(r"\w+", case.text))
    # `batch_first` is an argument, `MASTER_PORT` a variable of the system: neither is a variable.
    return {name for name in names - known if not re.search(r"_|[A-Z]", name)}


def test_a_fix_shows_only_names_of_the_learners() -> None:
    found = {f"{case.sheet}/{case.name}": names for case in EVERY if (names := invented(case))}
    assert found == {}


def test_a_fix_uses_the_names_of_the_failing_line() -> None:
    shown = {case.name: doctor.read(case.text)[1] for case in EVERY}
    fixes = {name: said.fix for name, said in shown.items() if said}
    assert fixes["negative_step"] == "`signal.flip(0)`."
    assert fixes["sequential_list"] == "`nn.Sequential(*layers)`."
    assert fixes["numpy_grad"].startswith("`curve.detach().numpy()`")
    assert fixes["bmm_sizes"].startswith("`torch.bmm(queries, keys.transpose(1, 2))`")
    assert fixes["matmul_dtype"] == "`a @ b.to(a.dtype)`."
