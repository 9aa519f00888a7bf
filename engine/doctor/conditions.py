"""Conditions of error rules beyond an exception's type and message, by their name in ``when``."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from engine.doctor.error_context import ErrorContext, is_layer, kinds_of
from engine.doctor.nearer.given import of_optimizers
from engine.doctor.origin import tensor_names
from engine.doctor.similar_names import is_slip


def _linear(context: ErrorContext) -> bool:
    # Of compiled code only the message says what was called.
    compiled = "<built-in function linear>" in context.message
    return compiled or context.is_below("modules/linear.py:")


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
    return context.is_below("modules/module.py:__getattr__")


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


ALIKE = 0.7
"""How much two names have to have in common to be a slip of the keyboard."""

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


def _on_the_line(pattern: str) -> Callable[[ErrorContext], bool]:
    """Whether the failing line says so."""
    return lambda context: re.search(pattern, context.code) is not None


def _of_a_dictionary(context: ErrorContext) -> bool:
    """The line itself looks something up, in a dictionary or in what works like one."""
    if context.is_below("/pandas/"):
        return False
    last = context.functions[-1] if context.functions else ""
    if last.startswith("<string>"):
        # Code that was handed to `exec`: whatever it is, it is the learner's.
        return True
    looked_up = ("modules/container.py:", "/os.py:", "/collections/", "frozen os", "environ")
    asks = re.search(r"\[|\.(?:pop|remove|popitem|del)\(|\bdel\b|\bfor\b", context.code)
    known = not context.functions or any(each in last for each in looked_up)
    return bool(known and (asks or not context.code))


def _missing_name(context: ErrorContext) -> str:
    """The attribute that an AttributeError says is missing."""
    found = re.search(r"has no attribute '(\w+)'", context.message)
    return found[1] if found else ""


def _of_a_tensor(context: ErrorContext) -> bool:
    """Every tensor has what the module was asked for."""
    return _missing_name(context) in tensor_names()


def _from_itself(context: ErrorContext) -> bool:
    """The line asks a module's own ``self`` for what is missing."""
    code = context.failing or context.source
    return _of_module(context) and f"self.{_missing_name(context)}" in code


def _alike(context: ErrorContext) -> bool:
    """The name that Python suggests is really like the one that is missing."""
    found = re.search(r"'(\w+)'(?: is not defined)?\. Did you mean: '(\w+)'", context.message)
    if found and "NameError" in context.names:
        return is_slip(found[1], found[2])
    return found is not None and SequenceMatcher(None, found[1], found[2]).ratio() >= ALIKE


def _like_an_optimizers(context: ErrorContext) -> bool:
    """The name that is missing is nearly one that optimizers have."""
    return bool(of_optimizers(_missing_name(context)))


def _fetching(context: ErrorContext) -> bool:
    """The loader itself looked an item up, and none of the learner's code below it."""
    last = context.functions[-1] if context.functions else ""
    return "torch/utils/data/_utils/fetch.py:" in last


def _attending(context: ErrorContext) -> bool:
    name = "scaled_dot_product_attention"
    return name in context.innermost or name in context.code or context.is_below(f":{name}")


CONDITIONS: dict[str, Callable[[ErrorContext], bool]] = {
    "linear": _linear,
    "one-dimension": _one_dimension,
    "flattened": _flattened,
    "recording-stopped": _recording_stopped,
    "of-module": _of_module,
    "asserting": _asserting,
    "looked-up-elsewhere": _looked_up_elsewhere,
    # Torch asks this function of its own only where there is a `map_location`.
    "map-location": lambda context: context.is_below("torch/serialization.py:restore_location"),
    "in-recurrent-layer": lambda context: context.is_below("modules/rnn.py"),
    "in-loader": lambda context: context.is_below("torch/utils/data/"),
    "in-pandas": lambda context: context.is_below("/pandas/"),
    "of-torch": _of_torch,
    "making-a-tensor": lambda context: bool(
        re.match(
            r"(?:\w+ = )?torch\.(?:tensor|as_tensor|\w*Tensor)\(",
            context.failing or context.source,
        )
    ),
    "of-a-dictionary": _of_a_dictionary,
    "of-a-tensor": _of_a_tensor,
    "from-itself": _from_itself,
    "attending": _attending,
    "like-an-optimizers": _like_an_optimizers,
    "fetching": _fetching,
    "embedding": lambda context: (
        context.is_below("embedding") or re.search(r"emb", context.code, re.IGNORECASE) is not None
    ),
    "on-the-line": lambda context: not context.functions,
    "clipping": lambda context: context.is_below("torch/nn/utils/"),
    "called-inside": lambda context: bool(context.functions),
    "in-a-loss": lambda context: context.is_below("loss", "cross_entropy"),
    "unpickling": lambda context: context.is_below("_weights_only_unpickler.py", ":_legacy_load"),
    "in-container": lambda context: context.is_below("modules/container.py:"),
    "alike": _alike,
    "calls-numpy": lambda context: (
        context.is_below("/numpy/") and re.search(r"\b(?:np|numpy)\.", context.code) is not None
    ),
    "calls-size": _on_the_line(r"\.size\("),
    "calls-reshape": _on_the_line(r"\.(?:reshape|permute)\("),
    "calls-shape": _on_the_line(r"\.shape\("),
    "exporting": lambda context: any(
        part in file for file in context.through for part in ("torch/export/", "torch/onnx/")
    ),
    "collating": lambda context: context.is_below("_utils/collate.py"),
    "about-grad": lambda context: ".grad" in context.source,
    "in-optimizer": lambda context: (
        context.is_below("torch/optim/") and not context.is_below("lr_scheduler")
    ),
    "not-a-loss": lambda context: not context.is_below("modules/loss.py"),
    "loading": lambda context: (
        context.is_below("torch/serialization.py") or "torch.load(" in context.source
    ),
    "making-a-loss": lambda context: "Loss(" in context.source and "Loss()" not in context.source,
}
