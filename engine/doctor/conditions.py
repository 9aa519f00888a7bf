"""What has to hold besides type and message: rules name these in ``when``."""

from __future__ import annotations

from collections.abc import Callable

from engine.doctor.error_context import Scene, is_layer, kinds_of


def _below(scene: Scene, *places: str) -> bool:
    """Whether one of these was at work below the failing line."""
    return any(place in function for function in scene.functions for place in places)


def _linear(scene: Scene) -> bool:
    return _below(scene, "modules/linear.py:")


def _one_dimension(scene: Scene) -> bool:
    """A Linear layer was given a tensor without a batch dimension, as far as can be seen."""
    given = [frame.f_locals.get("input") for module, frame in scene.inner if is_layer(module)]
    return _linear(scene) and (not given or getattr(given[-1], "ndim", 1) == 1)


def _flattened(scene: Scene) -> bool:
    """The layer that could not go on stands behind a Flatten."""
    outer = [one.value for one in scene.named if "Sequential" in kinds_of(one.value)]
    return _linear(scene) and any("Flatten" in kinds_of(part) for model in outer for part in model)


def _recording_stopped(scene: Scene) -> bool:
    """Some variable around does require a gradient, so recording was cut on the way."""
    return any(getattr(value, "requires_grad", False) is True for value in scene.around.values())


def _of_module(scene: Scene) -> bool:
    return _below(scene, "modules/module.py:__getattr__")


CONDITIONS: dict[str, Callable[[Scene], bool]] = {
    "linear": _linear,
    "one-dimension": _one_dimension,
    "flattened": _flattened,
    "recording-stopped": _recording_stopped,
    "of-module": _of_module,
    "collating": lambda scene: _below(scene, "_utils/collate.py"),
    "about-grad": lambda scene: ".grad" in scene.source,
    "in-optimizer": lambda scene: _below(scene, "torch/optim/"),
    "not-a-loss": lambda scene: not _below(scene, "modules/loss.py"),
    "loading": lambda scene: _below(scene, "torch/serialization.py") or "load" in scene.source,
    "making-a-loss": lambda scene: "Loss(" in scene.source and "Loss()" not in scene.source,
}
