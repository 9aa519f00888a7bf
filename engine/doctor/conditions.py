"""Conditions of error rules beyond an exception's type and message, by their name in ``when``."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.doctor.error_context import ErrorContext, is_layer, kinds_of


def _below(context: ErrorContext, *places: str) -> bool:
    """Whether one of these was at work below the failing line."""
    return any(place in function for function in context.functions for place in places)


def _linear(context: ErrorContext) -> bool:
    return _below(context, "modules/linear.py:")


def _one_dimension(context: ErrorContext) -> bool:
    """A Linear layer was given a tensor without a batch dimension, as far as can be seen."""
    given = [frame.f_locals.get("input") for module, frame in context.inner if is_layer(module)]
    return _linear(context) and (not given or getattr(given[-1], "ndim", 1) == 1)


def _flattened(context: ErrorContext) -> bool:
    """The layer that could not go on stands behind a Flatten."""
    outer = [one.value for one in context.named if "Sequential" in kinds_of(one.value)]
    return _linear(context) and any(
        "Flatten" in kinds_of(part) for model in outer for part in model
    )


def _recording_stopped(context: ErrorContext) -> bool:
    """Some variable around does require a gradient, so recording was cut on the way."""
    return any(getattr(value, "requires_grad", False) is True for value in context.around.values())


def _of_module(context: ErrorContext) -> bool:
    return _below(context, "modules/module.py:__getattr__")


def _asserting(context: ErrorContext) -> bool:
    """The line itself is an assertion; what it calls may have others, that say other things."""
    code = context.statement or context.source
    return not context.functions and re.match(r"assert\b", code) is not None


def _looked_up_elsewhere(context: ErrorContext) -> bool:
    """The attribute that is missing was asked for by what the line calls, not by the line."""
    asked = re.search(r"attribute '(\w+)'", context.message)
    code = context.statement
    return bool(context.functions or (asked and code and not _names(code, asked[1])))


def _names(code: str, attribute: str) -> bool:
    return re.search(rf"\.\s*{attribute}\b", code) is not None


WORDS = re.compile(r"\b[Tt]ensors?\b|Tensor\b|torch|\bdims?\b|\bdtype\b|\bgrad\b")
"""Compiled code of PyTorch's speaks of them, and Python's own never."""

FUNCTION = re.compile(r"\w\(\)|\binputs?\b|\bweight\b")
"""The same, of errors that Python's built-in functions do not raise."""


def _of_torch(context: ErrorContext) -> bool:
    """Whether PyTorch raised it: Python of its own did, or its compiled code, which has no frames.

    What the learner raises, and what other libraries raise, says something else.
    """
    if context.functions:
        return "/torch/" in context.functions[-1]
    own = re.match(r"(?:raise|assert)\b|.*\b(?:np|numpy|pd|plt|cv2|jnp|tf)\.", context.source)
    called = re.search(r"\b(?:torch|nn|F)\.\w+\(", context.failing or context.source)
    theirs = WORDS.search(context.message) or called
    if "RuntimeError" in context.names:
        theirs = theirs or FUNCTION.search(context.message)
    return bool(context.source and not own and theirs)


CONDITIONS: dict[str, Callable[[ErrorContext], bool]] = {
    "linear": _linear,
    "one-dimension": _one_dimension,
    "flattened": _flattened,
    "recording-stopped": _recording_stopped,
    "of-module": _of_module,
    "asserting": _asserting,
    "looked-up-elsewhere": _looked_up_elsewhere,
    # Torch asks this function of its own only where there is a `map_location`.
    "map-location": lambda context: _below(context, "torch/serialization.py:restore_location"),
    "in-recurrent-layer": lambda context: _below(context, "modules/rnn.py"),
    "in-loader": lambda context: _below(context, "torch/utils/data/"),
    "in-pandas": lambda context: _below(context, "/pandas/"),
    "of-torch": _of_torch,
    "making-a-tensor": lambda context: bool(
        re.match(
            r"(?:\w+ = )?torch\.(?:tensor|as_tensor|\w*Tensor)\(",
            context.failing or context.source,
        )
    ),
    "of-a-dictionary": lambda context: not _below(context, "/pandas/"),
    "collating": lambda context: _below(context, "_utils/collate.py"),
    "about-grad": lambda context: ".grad" in context.source,
    "in-optimizer": lambda context: (
        _below(context, "torch/optim/") and not _below(context, "lr_scheduler")
    ),
    "not-a-loss": lambda context: not _below(context, "modules/loss.py"),
    "loading": lambda context: (
        _below(context, "torch/serialization.py") or "torch.load(" in context.source
    ),
    "making-a-loss": lambda context: "Loss(" in context.source and "Loss()" not in context.source,
}
