"""Which backward passes belong to which step, and what loss the script minimises in it.

Passes wait here until a step is made: by an optimizer, which says so itself, or by other means,
which is seen when the weights have changed before the next pass. A step's loss is the sum over the
places in the script that went backward for it; passes of one place are the parts of one batch: they
are added where the script has divided each by their number, and averaged where it has not.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor
from torch.optim import Optimizer

from engine.probe.call_site import CallSite
from engine.probe.meant_loss import Pass

NEAR = 0.01
"""How far a divisor may be from the number of passes, as a part of it."""

MOST_WAITING = 1000
"""Passes that wait for a step at most."""

MANY_PASSES = 50
"""Passes whose gradients were cleared while no weight had moved, after which it is said so."""


@dataclass(slots=True)
class Step:
    """A step, and what was minimised in it."""

    optimizer: Optimizer | None
    loss: Any
    parts: dict[str, Any] = field(default_factory=dict)
    """The loss of each place in the script, by name, where there are several."""
    meaning: str = ""
    """How passes became one number, in words; empty where there was one."""
    name: str = ""
    """What the script calls the loss, where it has one name."""
    only: Pass | None = None
    """The only pass of a step that has one."""
    site: CallSite | None = None
    """Where in the script its first pass was asked for."""
    is_over: bool = True
    """False while the optimizer that made it asks its closure for more."""


class StepLedger:
    """Gathers passes, and hands on each step when it is complete."""

    def __init__(
        self,
        made: Callable[[Step], None],
        stuck: Callable[[int], None],
        bare: Callable[[Optimizer], None],
    ) -> None:
        """``bare`` is told of an optimizer's step before which no pass was ever seen."""
        self._made = made
        self._stuck = stuck
        self._bare = bare
        self.waiting: list[Pass] = []
        self.passes = 0
        self.hears_steps = False
        """Whether an optimizer has ever said that it made a step."""
        self.is_one_by_one = False
        """Without an optimizer that speaks: each pass is a step of its own."""
        self._shown: set[tuple[int, ...]] = set()
        self._within: weakref.ref[Optimizer] | None = None
        self._outside = 0
        """How many passes were waiting when the step under way began."""
        self._singles = self._cleared = 0
        self._last: Pass | None = None
        self._held: dict[int, tuple[weakref.ref[Optimizer], int, frozenset[int]]] = {}

    def add(self, new: Pass) -> None:
        """A pass is about to run."""
        self.passes += 1
        new.is_within = self._within is not None
        if self.waiting:
            self._settle(new)
        elif self._last is not None and not self.hears_steps:
            self._has_moved(self._last, new)
        self.waiting.append(new)
        self._last = new
        if not self.hears_steps:
            new.site.note()
        if len(self.waiting) > MOST_WAITING:
            self._stuck(self.passes)
            self._one_by_one()

    def over(self) -> None:
        """A pass has run that no optimizer may ever speak of."""
        if self.is_one_by_one and not self.hears_steps:
            self._one_by_one()

    def begins(self, optimizer: Optimizer) -> None:
        """An optimizer begins a step; it may call for several passes in it."""
        self._within = weakref.ref(optimizer)
        self._outside = sum(not each.taken for each in self.waiting)

    def stepped(self, optimizer: Optimizer) -> bool:
        """An optimizer has made a step; False where no pass that it could have used is known."""
        self.hears_steps = True
        self._within = None
        if not self.waiting:
            if not self.passes:
                self._bare(optimizer)
            return False
        own = id(optimizer)
        passes = [each for each in self.waiting if own not in each.taken]
        if len(self._held) > 1 or own not in self._held:
            passes = self._reaching(optimizer, passes)
        for each in passes:
            each.taken.add(own)
        backward = [each for each in passes if each.is_backward] or passes
        group = tuple(map(id, backward))
        if backward and group not in self._shown:
            self._shown.add(group)
            self._made(step_of(backward, optimizer))
        return bool(backward)

    def forget(self) -> None:
        """A step was made with passes that are not known: what waits is of no use."""
        self.waiting.clear()
        self._within = self._last = None

    def finish(self) -> None:
        """The script is at its end: what waits was used by steps nobody spoke of."""
        if not self.hears_steps:
            self._one_by_one()

    def optimizers(self) -> list[Optimizer]:
        """Those that have made a step, or are about to, and are still there."""
        known = [each for ref, _, _ in self._held.values() if (each := ref()) is not None]
        within = self._within() if self._within is not None else None
        return known if within is None or id(within) in self._held else [*known, within]

    @property
    def has_one_optimizer(self) -> bool:
        """Whether a single one has ever made a step, of those that are there."""
        return len(self._held) == 1

    # Passes before this one

    def _settle(self, new: Pass) -> None:
        """What waits may be complete by now."""
        if any(each.taken for each in self.waiting):
            self.waiting = [each for each in self.waiting if not each.taken]
            self._shown.clear()
            if not self.waiting:
                return
        before = self.waiting[-1]
        optimizer = self._within() if self._within is not None else None
        if optimizer is not None:
            if any(each.site is new.site for each in self.waiting[self._outside :]):
                # A closure is asked again and again within one step: each answer is shown.
                self._outside = 0
                self._hand_on(optimizer, is_over=False)
            return
        if before.scale[0] == new.scale[0] and before.scale[1] != new.scale[1]:
            # The scaler was told of a step, and has not let the optimizer make it.
            self._hand_on(None)
        elif self._has_moved(before, new):
            self._without_word()

    def _has_moved(self, before: Pass, new: Pass) -> bool:
        """Whether a step was made since: the weights have changed, or gradients were cleared."""
        # Where optimizers speak, they are waited for: to ask the weights costs in each step.
        if not self.hears_steps and before.site.have_moved():
            self._cleared = 0
            return True
        if not (before.is_backward and new.is_backward):
            return False
        if not before.site.were_cleared(reads=not self.hears_steps):
            return False
        self._cleared += 1
        if self._cleared >= MANY_PASSES and not self.hears_steps:
            self._stuck(self.passes)
        return True

    def _without_word(self) -> None:
        """A step was made, and no optimizer has said so."""
        self._singles = self._singles + 1 if len(self.waiting) == 1 else 0
        self.is_one_by_one = self._singles >= 2
        self._hand_on(None)

    def _one_by_one(self) -> None:
        passes, self.waiting = self.waiting, []
        for each in passes:
            self._made(step_of([each], None))

    def _hand_on(self, optimizer: Optimizer | None, *, is_over: bool = True) -> None:
        passes, self.waiting = self.waiting, []
        step = step_of(passes, optimizer)
        step.is_over = is_over
        self._made(step)

    # Whose passes

    def _reaching(self, optimizer: Optimizer, passes: list[Pass]) -> list[Pass]:
        """Those whose gradients arrive at weights of this optimizer."""
        is_new = id(optimizer) not in self._held
        self._remember(optimizer)
        held = self._held[id(optimizer)][2]
        found = [each for each in passes if _reaches(each, held)]
        if not found and is_new:
            # One place may serve a second model from some step on, and was not looked at since.
            found = [each for each in passes if not each.taken]
            for each in found:
                each.site.reaches = None
        if found:
            return found
        # A graph that was looked at long ago may have led to other weights.
        others = frozenset[int]().union(*(names for _, _, names in self._alive()))
        return [each for each in passes if not each.taken and not _reaches(each, others)]

    def _remember(self, optimizer: Optimizer) -> None:
        known = self._held.get(id(optimizer))
        groups = len(optimizer.param_groups)
        if known is None or known[0]() is not optimizer or known[1] != groups:
            held = frozenset(id(p) for p in weights_of(optimizer))
            self._held[id(optimizer)] = (weakref.ref(optimizer), groups, held)
        if len(self._held) > 1:
            self._held = {id(one): entry for one, entry in self._living()}

    def _living(self) -> Iterator[tuple[Optimizer, Any]]:
        for entry in list(self._held.values()):
            if (one := entry[0]()) is not None:
                yield one, entry

    def _alive(self) -> list[Any]:
        return [entry for _, entry in self._living()]


def weights_of(optimizer: Optimizer) -> list[Tensor]:
    """Every tensor an optimizer holds."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def _reaches(each: Pass, held: frozenset[int]) -> bool:
    reaches = each.site.reaches
    return reaches is None or not reaches.isdisjoint(held)


def step_of(passes: list[Pass], optimizer: Optimizer | None) -> Step:
    """What a script means with the passes of one step."""
    site = passes[0].site
    if len(passes) == 1:
        return Step(optimizer, passes[0].value, name=site.name, only=passes[0], site=site)
    places: dict[int, list[Pass]] = {}
    for each in passes:
        places.setdefault(id(each.site), []).append(each)
    means = [_together(group) for group in places.values()]
    if len(means) == 1:
        value, meaning = means[0]
        return Step(optimizer, value, meaning=meaning, name=site.name, site=site)
    sites = [group[0].site for group in places.values()]
    parts = {_name(site, sites): value for site, (value, _) in zip(sites, means, strict=True)}
    total = sum(value for value, _ in means)
    return Step(optimizer, total, parts, f"sum of {len(means)}", site=site)


def _together(group: list[Pass]) -> tuple[Any, str]:
    """The loss of one place in the script."""
    if len(group) == 1:
        return group[0].value, ""
    total, count, site = sum(each.value for each in group), len(group), group[0].site
    divisor = group[-1].divisor
    if abs(divisor - count) <= NEAR * count:
        site.most = max(site.most, count)
    elif not group[-1].is_share and (site.most == 1 or abs(divisor - site.most) > NEAR * site.most):
        return total / count, f"mean of {count} backward passes"
    return total, f"sum of {count} backward passes, each divided"


def _name(site: CallSite, sites: list[CallSite]) -> str:
    """A name no other of these has."""
    same = [each for each in sites if each.name == site.name]
    if site.name and len(same) == 1:
        return site.name
    lines = [each.line for each in sites]
    place = f"line {site.line}" if lines.count(site.line) == 1 else f"part {sites.index(site) + 1}"
    return f"{site.name} {place}".strip()
