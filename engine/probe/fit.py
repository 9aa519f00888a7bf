"""The fit of a regression with one input: data and predictions, seen in the learner's own loop."""

from __future__ import annotations

import contextlib
import copy
import io
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from engine.probe import autograd_graph
from engine.process.aside import aside
from engine.views import AnyView, Line, Scatter

MOST_POINTS = 2000
GRID = 200
ENOUGH = 16
"""Points in a batch that make a line by themselves; with fewer, the model is asked."""

LARGEST_MODEL = 100_000
"""Weights of a model that is still copied to be asked."""

RENEW = 20
"""Times a copy of the model is used."""

USUAL_NAMES = ("y", "target", "targets", "t", "label", "labels", "yb", "batch_y", "y_train", "Y")


class Fit:
    """Gathers points from batches, and draws them with the newest fit."""

    def __init__(self) -> None:
        self.points: dict[float, float] = {}
        self._drawn = 0
        self._column = True
        self._twin: nn.Module | None = None
        self._model_of_twin: weakref.ref[nn.Module] | None = None
        self._asks = 0
        self._model: weakref.ref[nn.Module] | None = None

    def take(
        self, loss: Tensor, nodes: list[Any], names: Callable[[], dict[str, Any]], *, draw: bool
    ) -> Iterator[AnyView]:
        """Look at a loss before it goes backward; with ``draw``, what can be drawn of it.

        ``names`` finds the learner's variables.
        """
        met = autograd_graph.meeting(loss)
        if met is None or autograd_graph.broadcast(met) is not None:
            return
        known = met.target if met.target is not None else met.difference
        if known is None or not _is_column(known):
            return
        x = autograd_graph.kept_input(nodes, known.numel(), met.target)
        target = met.target if met.target is not None else _target(met, x, names())
        if x is None or target is None:
            return
        self._column = x.dim() == 2
        prediction = met.prediction
        if prediction is None and met.difference is not None:
            prediction = target.reshape(met.difference.shape) + met.sign * met.difference
        self._gather(x, target)
        if draw:
            yield from self._views(x, prediction, nodes, names())

    def last(self) -> Iterator[AnyView]:
        """The points, and the fit of the model as it is now: when all is done."""
        model = self._model() if self._model else None
        if model is not None and len(self.points) > 1:
            yield from self._scatter()
            yield from self._asked(model)

    def _gather(self, x: Tensor, target: Tensor) -> None:
        if len(self.points) < MOST_POINTS:
            pairs = zip(x.flatten().tolist(), target.flatten().tolist(), strict=True)
            self.points.update(pairs)

    def _scatter(self) -> Iterator[Scatter]:
        if len(self.points) != self._drawn:
            self._drawn = len(self.points)
            xs = sorted(self.points)
            yield Scatter(xs, [self.points[each] for each in xs])

    def _views(
        self, x: Tensor, prediction: Tensor | None, nodes: list[Any], names: Any
    ) -> Iterator[AnyView]:
        yield from self._scatter()
        model = autograd_graph.module_of(names, autograd_graph.leaves(nodes))
        self._model = weakref.ref(model) if model is not None else None
        if prediction is not None and x.numel() >= ENOUGH:
            order = x.flatten().argsort()
            yield Line(x.flatten()[order], prediction.detach().flatten()[order])
        elif self._drawn > 1:
            yield from self._asked(model)

    def _asked(self, model: nn.Module | None) -> Iterator[Line]:
        """The curve of a copy of the model: asking the model itself could change it."""
        if model is None or sum(p.numel() for p in model.parameters()) > LARGEST_MODEL:
            return
        grid = torch.linspace(min(self.points), max(self.points), GRID)
        first = next(model.parameters())
        inputs = grid.to(first.device, first.dtype)
        try:
            with aside():
                twin = self._twin_of(model)
            unprinted = contextlib.redirect_stdout(io.StringIO())
            with aside(), unprinted, torch.random.fork_rng(devices=[]), torch.no_grad():
                curve = twin(inputs.unsqueeze(1) if self._column else inputs)
        except Exception:
            # A model of the learner's may fail in any way when it is asked out of turn.
            return
        if isinstance(curve, Tensor) and curve.numel() == GRID:
            yield Line(grid, curve.detach().flatten())

    def _twin_of(self, model: nn.Module) -> nn.Module:
        """A copy with the numbers of now; made anew now and then, for what is no tensor in it."""
        known, self._asks = self._model_of_twin, self._asks + 1
        if self._twin is None or known is None or known() is not model or self._asks % RENEW == 0:
            self._twin = _unobserved(copy.deepcopy(model)).eval()
            self._model_of_twin = weakref.ref(model)
            return self._twin
        with torch.no_grad():
            pairs = zip(_tensors(self._twin), _tensors(model), strict=True)
            for mine, theirs in pairs:
                mine.copy_(theirs)
        return self._twin


def _tensors(model: nn.Module) -> Iterator[Tensor]:
    yield from model.parameters()
    yield from model.buffers()


def _unobserved(twin: nn.Module) -> nn.Module:
    """A copy shares the hooks of its model: they must not see what the model never did."""
    for module in twin.modules():
        module._forward_hooks.clear()
        module._forward_pre_hooks.clear()
    return twin


def _is_column(value: Tensor) -> bool:
    return value.shape in ((value.numel(),), (value.numel(), 1)) and value.is_floating_point()


def _target(met: autograd_graph.Meeting, x: Tensor | None, names: dict[str, Any]) -> Tensor | None:
    """The target of a loss written by hand: the graph forgets it, so it is looked up by name."""
    assert met.difference is not None
    count, inputs = met.difference.numel(), None if x is None else x.data_ptr()
    found = {
        name: value
        for name, value in names.items()
        if isinstance(value, Tensor) and value.numel() == count
        if not value.requires_grad and value.data_ptr() != inputs
    }
    usual = [found[name] for name in USUAL_NAMES if name in found]
    return next(iter([*usual, *found.values()]), None)
