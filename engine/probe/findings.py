"""Detect silent faults in a running training loop, and tell them with the number behind them.

Their facts and words are in `engine.doctor.silent_faults`. A fault is reported once a run, and only
after it has shown itself several times: a first step may look odd for good reasons.
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.doctor.silent_faults import silent_faults
from engine.probe import autograd_graph
from engine.probe.judging import Judging
from engine.process.protocol import Finding

PATIENCE = 3
"""Inspected steps in a row that have to show a fault."""

SMALL = 10_000
"""Numbers in a weight that are compared to see whether it moves."""

FLAT_STEPS, FLAT_LOOKS = 200, 30
"""Steps, and looks at the loss among them, before a loss may be called flat."""

FLAT = 1e-3
"""Relative change below which a loss is flat."""

EXPLODING, LEAST_SOARING = 1e3, 10.0
"""Times the first losses, and not less than this."""

DEAD_SHARE, DEAD_LOOKS, DEAD_SAMPLES, FEWEST_UNITS = 0.8, 30, 64, 4
"""A layer of at least so many units, seen so often on so many samples, is called dead from here."""


class Course:
    """How the loss of one optimizer went; another's is another problem's, of another size."""

    def __init__(self) -> None:
        self._weights: list[weakref.ref[Tensor]] = []
        self._first: list[float] = []
        self._looks: list[float] = []
        self.in_a_row = 0
        """Looks in a row at which it had soared."""
        self.lost: tuple[int, float] | None = None
        """Step and value of a first look at which it was no number."""

    @property
    def start(self) -> float:
        """Where it began: the middle one of the first five."""
        return sorted(self._first)[len(self._first) // 2]

    @property
    def last(self) -> float | None:
        """As it was seen last."""
        return self._looks[-1] if self._looks else None

    def of(self, weights: Sequence[Tensor]) -> None:
        """Whose loss the next look is: of weights never met before, it may have any size.

        A loop that trains by hand moves its weights; slopes are asked for at one new point after
        the other. Where a loop makes new weights in each step, only a loss that is no number tells.
        """
        before = {id(weight) for ref in self._weights if (weight := ref()) is not None}
        if before.isdisjoint(map(id, weights)):
            self._first.clear()
            self.in_a_row = 0
        self._weights = [weakref.ref(weight) for weight in weights]

    def see(self, value: float) -> None:
        """Another look; of very many, every other one is kept."""
        if len(self._first) < 5:
            self._first.append(abs(value))
        self._looks.append(value)
        if len(self._looks) > 400:
            del self._looks[20::2]
        # Losses that begin at nothing, or go through it, grow a thousandfold in good health.
        soars = bool(self.start) and abs(value) > max(EXPLODING * self.start, LEAST_SOARING)
        self.in_a_row = self.in_a_row + 1 if soars else 0

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest, where there are enough to tell."""
        return (min(self._looks), max(self._looks)) if len(self._looks) >= FLAT_LOOKS else None


class Findings:
    """Gathers evidence, and reports each fault once."""

    def __init__(self, report: Callable[[Finding], None], run_id: int = 0) -> None:
        self._report = report
        self._run_id = run_id
        self._told: set[str] = set()
        self._times: dict[str, int] = {}
        self._leftover: dict[int, tuple[str, float]] = {}
        self._courses: weakref.WeakKeyDictionary[Optimizer, Course] = weakref.WeakKeyDictionary()
        self._course_by_hand = Course()
        self._units: dict[int, Tensor] = {}
        self._unit_looks = 0
        self._samples = 0
        self._versions: dict[int, int] = {}
        self._unmoved: dict[int, Tensor] = {}
        self._finite: float | None = None
        """The last loss of whatever optimizer that was a number."""

    def tell(self, fault: str, step: int, **facts: Any) -> None:
        """Report a fault, unless it has been reported."""
        if fault not in self._told:
            self._told.add(fault)
            known = silent_faults()[fault]
            says, fix = known.says.format(step=step, **facts), known.fix.format(step=step, **facts)
            finding = Finding(
                self._run_id, rule=fault, title=known.title, says=says, fix=fix, page=known.page
            )
            finding.step = step
            self._report(finding)

    def _again(self, fault: str, shows: bool, patience: int = PATIENCE) -> bool:
        """Whether a fault has shown itself often enough in a row."""
        self._times[fault] = self._times.get(fault, 0) + 1 if shows else 0
        return self._times[fault] >= patience

    # What the probe hands in

    def loss(
        self,
        value: float,
        step: int,
        lr: float | None,
        optimizer: Optimizer | None,
        weights: Sequence[Tensor],
    ) -> None:
        """A look at the loss of these weights, and at its rate: that of the optimizer, if any."""
        rate = "" if lr is None else f" with lr {lr:g}"
        course = self._course_by_hand
        if optimizer is not None:
            course = self._courses.setdefault(optimizer, Course())
        else:
            course.of(weights)
        if not math.isfinite(value):
            self._not_finite(course, step, value, rate)
            return
        course.lost, self._finite = None, value
        course.see(value)
        if course.in_a_row >= PATIENCE:
            self.tell("loss-exploding", step, value=value, start=course.start, rate=rate)
        # Where a cause has been named, a flat loss would be its effect.
        if step >= FLAT_STEPS and course.range and not self._told:
            low, high = course.range
            if abs(high) > 1e-6 and high - low < FLAT * abs(high):
                self.tell("loss-flat", step, value=value, change=high - low, rate=rate)

    def _not_finite(self, course: Course, step: int, value: float, rate: str) -> None:
        """A step that is no number may be skipped by the script; the next look tells."""
        if course.lost is None:
            course.lost = step, value
            return
        first, value = course.lost
        last = course.last if course.last is not None else self._finite
        before = f"{last:.3g}" if last is not None else "never finite"
        self.tell("loss-not-finite", first, value=value, before=before, rate=rate)

    def before_backward(
        self,
        loss: Tensor,
        nodes: list[Any],
        optimizers: list[Optimizer],
        step: int,
        variables: Callable[[], dict[str, Any]],
    ) -> None:
        """A loss about to go backward, with its graph; ``variables`` are those of the script."""
        names = namer(variables)
        met = autograd_graph.meeting(loss)
        stretched = autograd_graph.broadcast(met) if met is not None else None
        if stretched is not None:
            n = stretched[1][0]
            self.tell("target-broadcast", step, shape=stretched[0], stretched=stretched[1], n=n)
        if what := autograd_graph.squashed_twice(nodes):
            self.tell("squashed-twice", step, **_squashing(what, nodes))
        weights = autograd_graph.leaves(nodes)
        if loss.is_cpu:
            # To read numbers of an accelerator would wait for it in the middle of a step.
            self._leftovers(weights, optimizers, names)
            self._activity(nodes, step)
        if optimizers and step >= PATIENCE:
            self._ownership(weights, optimizers, step, variables)

    def stepped(
        self, optimizer: Optimizer, step: int, variables: Callable[[], dict[str, Any]]
    ) -> None:
        """An optimizer has made a step."""
        names = namer(variables)
        left = self._leftover.pop(id(optimizer), None)
        if self._again("gradients-add-up", left is not None) and left is not None:
            self.tell("gradients-add-up", step, name=left[0], norm=left[1])
        held = [p for group in optimizer.param_groups for p in group["params"]]
        # What is frozen on purpose gets none.
        without = [p for p in held if p.grad is None and p.requires_grad]
        known = self._told & {"optimizer-of-another-model"}
        if self._again("no-gradient", bool(without), 10) and not known:
            listed = _listed(without, names)
            self.tell("no-gradient", step, names=listed, n=len(without), all=len(held))

    def moved_by_hand(
        self, weights: list[Tensor], step: int, variables: Callable[[], dict[str, Any]]
    ) -> None:
        """A loop without an optimizer: gradients that were still there when weights had moved."""
        names = namer(variables)
        before = self._versions
        self._versions = {id(weight): weight._version for weight in weights}
        # What has not moved may gather gradients that nobody looks at.
        moved = [w for w in weights if before.get(id(w), w._version) != w._version]
        left = _left(moved, names)
        if moved and self._again("gradients-add-up", left is not None) and left is not None:
            self.tell("gradients-add-up", step, name=left[0], norm=left[1])

    def never_stepped(self, backwards: int) -> None:
        """An optimizer exists, and after this many backward passes it has made no step."""
        self.tell("step-forgotten", backwards, n=backwards)

    def judged_in_training(self, found: Judging | None, step: int) -> None:
        """Dropout or BatchNorm is in training mode where answers are compared, look after look."""
        if self._again("judged-in-training", found is not None) and found is not None:
            self.tell("judged-in-training", step, kind=found.kind, line=found.line)

    # Evidence

    def _leftovers(self, weights: list[Tensor], optimizers: list[Optimizer], names: Any) -> None:
        """Gradients that are there before `backward`: judged when their optimizer steps next."""
        self._leftover.clear()
        reached = {id(weight) for weight in weights}
        for optimizer in optimizers:
            held = [p for group in optimizer.param_groups for p in group["params"]]
            left = _left([p for p in held if id(p) in reached], names)
            if left is not None:
                self._leftover[id(optimizer)] = left

    def _ownership(
        self,
        weights: list[Tensor],
        optimizers: list[Optimizer],
        step: int,
        variables: Callable[[], dict[str, Any]],
    ) -> None:
        held = {
            id(p) for each in optimizers for group in each.param_groups for p in group["params"]
        }
        outside = [w for w in weights if id(w) not in held and isinstance(w, torch.nn.Parameter)]
        foreign = bool(outside) and not any(id(weight) in held for weight in weights)
        # Half-precision models are often copies of what the optimizer holds.
        foreign = foreign and not self._have_moved(outside)
        # An optimizer is known once it has stepped: of several models each has to be seen again.
        whose = id(weights[0]) if weights else 0
        if self._again(f"optimizer-of-another-model {whose}", foreign):
            self.tell("optimizer-of-another-model", step, n=len(held), weights=len(weights))
        left = bool(outside) and not foreign and "parameters-left-out" not in self._told
        if self._again("parameters-left-out", left) and _by_mistake(outside, held, variables()):
            n, listed = len(outside), _listed(outside, namer(variables))
            self.tell("parameters-left-out", step, names=listed, n=n, all=len(weights))

    def _have_moved(self, weights: Sequence[Tensor]) -> bool:
        """Whether one of a few small weights has other numbers than when it was first asked for."""
        few = [w for w in weights if w.is_cpu and w.numel() <= SMALL][:3]
        before = [self._unmoved.setdefault(id(w), w.detach().clone()) for w in few]
        return not all(torch.equal(a, w.detach()) for a, w in zip(before, few, strict=True))

    def _activity(self, nodes: list[Any], step: int) -> None:
        """Units behind a ReLU that are zero for every sample."""
        layers = [node for node in nodes if autograd_graph.name(node) == "Relu"]
        if not layers:
            return
        self._unit_looks += 1
        for number, node in enumerate(layers):
            answers = autograd_graph.kept(node, "_saved_result")
            if answers is None or answers.dim() != 2:
                continue
            answers = answers.detach()
            self._samples += len(answers) if number == 0 else 0
            alive = (answers > 0).any(dim=0)
            known = self._units.get(number)
            same = known is not None and known.shape == alive.shape
            self._units[number] = known | alive if same and known is not None else alive
        if self._unit_looks >= DEAD_LOOKS and self._samples >= DEAD_SAMPLES:
            self._count_dead(step)

    def _count_dead(self, step: int) -> None:
        for alive in self._units.values():
            dead, units = int((~alive).sum()), len(alive)
            if units >= FEWEST_UNITS and dead >= DEAD_SHARE * units:
                self.tell("dead-units", step, dead=dead, units=units, samples=self._samples)
        # A unit may die later: begin anew.
        self._units.clear()
        self._unit_looks = self._samples = 0


def namer(variables: Callable[[], dict[str, Any]]) -> Callable[[Tensor], str]:
    """What the script calls a tensor, found out when it is asked: that takes a while."""
    return lambda weight: called(variables())(weight)


def _by_mistake(outside: Sequence[Tensor], held: set[int], names: dict[str, Any]) -> bool:
    """Whether weights in no optimizer look forgotten: hidden from it, or younger than it.

    Whoever trains only the head of a model leaves out what stands before it, on purpose.
    """
    registered = [
        [id(p) for p in module.parameters()]
        for module in names.values()
        if isinstance(module, torch.nn.Module)
    ]
    registered = [numbers for numbers in registered if not held.isdisjoint(numbers)]
    if not registered:
        return False
    known = {number for numbers in registered for number in numbers}
    if any(id(weight) not in known for weight in outside):
        return True
    left = {id(weight) for weight in outside}
    for numbers in registered:
        places = [i for i, number in enumerate(numbers) if number in held]
        if places and any(number in left for number in numbers[places[-1] + 1 :]):
            return True
    return False


def _left(weights: list[Tensor], names: Any) -> tuple[str, float] | None:
    """The first of these that has a gradient, with its norm."""
    for weight in weights:
        if weight.grad is not None:
            norm = float(weight.grad.norm())
            if norm:
                return names(weight), norm
    return None


def _listed(weights: Sequence[Tensor], names: Any) -> str:
    shown = [f"`{names(weight)}`" for weight in weights[:3]]
    return ", ".join([*shown, "…"] if len(weights) > 3 else shown)


def _squashing(what: str, nodes: list[Any]) -> dict[str, Any]:
    """The smallest loss that is still possible when scores are squashed twice."""
    if what == "Sigmoid":
        return {"what": "sigmoid", "loss": "binary_cross_entropy_with_logits", "least": "0.313"}
    squashed = next(n for n in nodes if autograd_graph.name(n) == "Softmax")
    classes = autograd_graph.shape(squashed)[-1]
    least = math.log(math.e + classes - 1) - 1
    return {"what": "softmax", "loss": "cross_entropy", "least": f"{least:.3f}"}


def called(weights: dict[str, Any]) -> Callable[[Tensor], str]:
    """A function that finds what the learner calls a tensor, given their variables."""
    known: dict[int, str] = {}
    for name, value in weights.items():
        if isinstance(value, Tensor):
            known.setdefault(id(value), name)
    for name, value in weights.items():
        if isinstance(value, torch.nn.Module):
            for path, parameter in [*_hidden(value), *value.named_parameters()]:
                known[id(parameter)] = _dotted(f"{name}.{path}")
    return lambda tensor: known.get(id(tensor), f"a weight of shape {tuple(tensor.shape)}")


def _hidden(module: torch.nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Weights of layers in plain lists, which `named_parameters` cannot see."""
    for name, value in vars(module).items():
        for i, layer in enumerate(value) if isinstance(value, list | tuple) else ():
            if isinstance(layer, torch.nn.Module):
                for path, parameter in layer.named_parameters():
                    yield f"{name}.{i}.{path}", parameter


def _dotted(path: str) -> str:
    """ "model.0.weight" as one writes it: "model[0].weight"."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path)
