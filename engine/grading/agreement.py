"""Answers compared with those of a trusted reference, on inputs drawn anew each time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.grading.draw import Draw
from engine.grading.wrong import Wrong, apart, dtype_name, farthest, near, number, plain

AGAIN = 4
"""Cases after which a function is asked once more, given the same objects with other numbers."""

Cases = Callable[[Draw], Iterable[Sequence[Any]]]
"""From a source of random inputs to lists of arguments."""

Diagnosis = Callable[..., None]
"""Called with the answer, the right one and the arguments; raises `Wrong` when it knows better."""


class Either(tuple[Any, ...]):
    """Several answers that are all right."""


@dataclass(frozen=True)
class Measure:
    """How closely an answer has to agree, and what a message calls it."""

    call: str = ""
    tolerance: float = 1e-4
    exactly: bool = False
    """Whether the dtype counts."""
    floor: float = 1e-3
    """The tolerance is relative to the answer's largest number, and never to less than this."""
    what: str = ""
    """What is compared when it is not what the call returned: "the gradient of weight"."""

    def wrong(self, key: str, **facts: Any) -> Wrong:
        """What is wrong with the answer, or with what the call did."""
        if self.what:
            return Wrong(f"{key}-after", call=self.call, what=self.what, **facts)
        return Wrong(key, call=self.call, **facts)


def agrees(
    code: Any,
    reference: Callable[..., Any],
    cases: Cases,
    *,
    after: Callable[..., dict[str, Any]] | None = None,
    diagnose: Diagnosis | None = None,
    tolerance: float = 1e-4,
    exactly: bool = False,
    floor: float = 1e-3,
) -> None:
    """Raise `Wrong` unless the learner's function answers all cases as the reference does.

    The learner's function is the one of the reference's name, and it is called first: a right
    answer is nowhere to be found then. Every second case has its tensors as views of larger ones.
    Answers must also stay what they are when the function is called again, with the very same
    objects and other numbers in them, and follow from these. ``after``: not the answer is compared
    but what this finds, by name, in the arguments after the call. ``exactly``: the dtype counts
    too. ``floor``: see `Measure`.
    """
    name = reference.__name__
    for count, case in enumerate(cases(code.draw)):
        arguments = [laid_out(each) if count % 2 else each for each in case]
        mine = copy.deepcopy(arguments)
        measure = Measure(_called(name, arguments), tolerance, exactly, floor)
        got = getattr(code, name)(*arguments)
        if after is not None:
            got = after(*arguments)
        given = copy.deepcopy(mine)
        want = reference(*mine)
        if after is not None:
            want = after(*mine)
        if diagnose is not None and not _agree(got, want, measure):
            diagnose(got, want, *given)
        refuse(got, want, measure)
        if after is None and count < AGAIN:
            _ask_again(code, reference, arguments, measure, want)


def _ask_again(
    code: Any, reference: Callable[..., Any], arguments: list[Any], before: Measure, old: Any
) -> None:
    """Refuse what is kept from call to call, by whose object or by which shape it may be."""
    name = reference.__name__
    change(arguments)
    mine = copy.deepcopy(arguments)
    got, want = getattr(code, name)(*arguments), reference(*mine)
    measure = replace(before, call=_called(name, arguments))
    if not _agree(got, want, measure) and _agree(got, old, measure):
        raise Wrong("kept-from-before", name=name)
    refuse(got, want, measure)


def _called(name: str, arguments: Sequence[Any]) -> str:
    return f"{name}({', '.join(map(shown, arguments))})"


def laid_out(value: Any) -> Any:
    """A plain tensor as a view of a larger one: the same numbers, not side by side in memory."""
    if not isinstance(value, Tensor) or not value.dim() or value.requires_grad:
        return value
    return torch.stack([value, torch.ones_like(value)], dim=-1)[..., 0]


@torch.no_grad()
def change(values: Any) -> None:
    """Put other numbers into tensors, modules, arrays and lists of these; whole ones stay."""
    for value in values:
        if isinstance(value, torch.nn.Module):
            change(value.parameters())
        elif isinstance(value, Tensor) and value.is_floating_point():
            value.copy_((value / 2).flip(tuple(range(value.dim()))))
        elif isinstance(value, np.ndarray):
            value[:] = value[::-1].copy()
        elif isinstance(value, list) and all(isinstance(each, int | float) for each in value):
            value.reverse()
        elif isinstance(value, list | tuple):
            change(value)


def same(got: Any, want: Any, tolerance: float = 1e-4, exactly: bool = False) -> bool:
    """Whether an answer agrees with the right one."""
    return _agree(got, want, Measure("", tolerance, exactly))


def _agree(got: Any, want: Any, measure: Measure) -> bool:
    try:
        refuse(got, want, measure)
    except Wrong:
        return False
    return True


def refuse(got: Any, want: Any, measure: Measure) -> None:
    """Raise `Wrong` unless the answer is the right one."""
    if isinstance(want, Either):
        if not any(_agree(got, each, measure) for each in want):
            refuse(got, want[0], measure)
    elif isinstance(want, dict):
        # A sum that nearly cancels has the rounding of its terms, which are as large as the others.
        floor = max(measure.floor, *(0.1 * _size(each) for each in want.values()))
        for what, each in want.items():
            refuse(got.get(what), each, replace(measure, floor=floor, what=what))
    elif isinstance(want, tuple):
        if not isinstance(got, tuple | list) or len(got) != len(want):
            raise measure.wrong("not-so-many", got=_kind(got), want=len(want))
        for one, other in zip(got, want, strict=True):
            refuse(one, other, measure)
    elif isinstance(want, Tensor):
        _refuse_tensor(got, want, measure)
    else:
        found = number(got, f"What `{measure.call}` gave")
        if not near(found, want, measure.tolerance, measure.floor):
            raise measure.wrong("disagrees", place="", **apart(found, want))


def _refuse_tensor(got: Any, want: Tensor, measure: Measure) -> None:
    if got is None and measure.what:
        raise measure.wrong("nothing")
    found = plain(got, f"What `{measure.call}` gave")
    if found.shape != want.shape:
        raise measure.wrong("other-shape", got=tuple(found.shape), want=tuple(want.shape))
    if measure.exactly and found.dtype != want.dtype:
        raise measure.wrong("other-dtype", got=dtype_name(found), want=dtype_name(want))
    if not near(found, want, measure.tolerance, measure.floor):
        raise measure.wrong("disagrees", **farthest(found, want))


def _size(value: Any) -> float:
    """The largest absolute number in a tensor; 0 for what is none."""
    return float(value.detach().abs().max()) if isinstance(value, Tensor) and value.numel() else 0.0


def shown(value: Any) -> str:
    """An argument as a person would write it, if that is short, or what it is."""
    if isinstance(value, Tensor):
        if value.numel() <= 6 and value.device.type != "meta":
            return f"tensor({_rounded(value.tolist())})"
        return f"<tensor of shape {tuple(value.shape)}>"
    if isinstance(value, int | float | str | torch.device):
        return str(_rounded(value))
    if isinstance(value, list | tuple) and len(value) <= 6:
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, list | tuple):
        return f"<{len(value)} of type {type(value[0]).__name__}>"
    return getattr(value, "__name__", "") or f"<{type(value).__name__}>"


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _kind(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"one object of type {type(value).__name__}"
