"""Values in words (shape, dtype, device): the part of an explanation that names variables."""

from __future__ import annotations

from typing import Any

from engine.doctor.error_context import MOST_NAMES, ErrorContext, Named, is_layer, kinds_of
from engine.doctor.rules import Aspect

DTYPES = {
    "Double": "float64",
    "double": "float64",
    "Float": "float32",
    "float": "float32",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "long int": "int64",
    "Int": "int32",
    "int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "bool": "bool",
    "c10::Half": "float16",
    "c10::BFloat16": "bfloat16",
    "unsigned char": "uint8",
    "signed char": "int8",
    "short": "int16",
}
"""What the messages call dtypes, and what a learner writes."""


NAMES = {
    *("kind", "name", "near", "key", "argument", "missing", "where", "index", "what"),
    *("one", "other", "what2", "want_kind", "got_kind"),
}
"""Groups of patterns that hold names, in which `int` is Python's and no dtype."""


def told(text: str, group: str = "") -> str:
    """A piece of a message as a learner would write it: dtypes by name, shapes as tuples."""
    if group in NAMES:
        return text
    if text.startswith("["):
        sizes = text[1:-1].strip()
        return f"({sizes},)" if sizes and "," not in sizes else f"({sizes})"
    return DTYPES.get(text.removesuffix("Tensor"), text)


def here(context: ErrorContext, aspect: Aspect) -> str:
    """One sentence about the variables of the failing line; empty when none matters."""
    parts = [part for one in context.named if (part := describe(one, aspect))][:MOST_NAMES]
    if aspect == "shape" and (inside := _inside(context)):
        parts = [*parts[:2], inside]
    if not parts:
        return ""
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Here {listed}."


def describe(one: Named, aspect: Aspect) -> str:
    """ "`x` has shape (4, 8)"; empty when this property says nothing about the value."""
    kinds = kinds_of(one.value)
    if aspect == "value":
        return _plain(one)
    if aspect == "kind":
        return f"`{one.text}` is {_kind(one.value)}"
    if "Module" in kinds:
        return _of_module(one, aspect)
    if "Tensor" in kinds or "ndarray" in kinds:
        return _of_tensor(one, aspect)
    sized = aspect in ("shape", "dtype") and kinds & {"list", "tuple"} and one.value
    return f"`{one.text}` is {_kind(one.value)}" if sized else ""


def _of_tensor(one: Named, aspect: Aspect) -> str:
    value = one.value
    if aspect == "shape":
        return f"`{one.text}` has shape {tuple(value.shape)}"
    if aspect == "dtype":
        return f"`{one.text}` is {dtype(value)}"
    if aspect == "device":
        return f"`{one.text}` is on {getattr(value, 'device', 'the CPU')}"
    if aspect == "grad" and "Tensor" in kinds_of(value):
        if value.grad_fn is not None:
            return f"`{one.text}` was computed by {value.grad_fn.name().removesuffix('0')}"
        return (
            f"`{one.text}` {'requires' if value.requires_grad else 'does not require'} a gradient"
        )
    return ""


def _of_module(one: Named, aspect: Aspect) -> str:
    first = next(iter(one.value.parameters()), None)
    if aspect == "shape":
        return f"`{one.text}` is {layer(one.value)}" if is_layer(one.value) else ""
    if first is None:
        return ""
    if aspect == "dtype":
        return f"`{one.text}` has {dtype(first)} weights"
    return f"`{one.text}` is on {first.device}" if aspect == "device" else ""


def _inside(context: ErrorContext) -> str:
    """The layer inside of a model that could not go on, and what it was given."""
    leaves = [(module, frame) for module, frame in context.inner if is_layer(module)]
    if not leaves:
        return ""
    module, frame = leaves[-1]
    if any(one.value is module for one in context.named):
        return ""
    given = frame.f_locals.get("input", frame.f_locals.get("x"))
    if given is None or not hasattr(given, "shape"):
        return ""
    return f"{_path(context, module)} was given shape {tuple(given.shape)}"


def _path(context: ErrorContext, module: Any) -> str:
    """How the learner would write that layer, and what it is: "`model[2]`, a Linear(4, 1),"."""
    for one in context.named:
        if "Module" in kinds_of(one.value):
            for path, found in one.value.named_modules():
                if found is module:
                    parts = [f"[{p}]" if p.isdigit() else f".{p}" for p in path.split(".")]
                    return f"`{one.text}{''.join(parts)}`, a {layer(module)},"
    return f"a {layer(module)}"


def layer(module: Any) -> str:
    """A layer in short: Linear(10, 1)."""
    name = type(module).__name__
    for pair in (("in_features", "out_features"), ("in_channels", "out_channels")):
        if all(hasattr(module, part) for part in pair):
            return f"{name}({', '.join(str(getattr(module, part)) for part in pair)})"
    return name


def dtype(value: Any) -> str:
    """ "float32" of a tensor or an array."""
    return str(value.dtype).removeprefix("torch.")


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    if "Tensor" in kinds_of(value):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple):
        return f"a {name} of {len(value)}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _plain(one: Named) -> str:
    value = one.value
    if isinstance(value, int | float | str | bool) and len(repr(value)) < 40:
        return f"`{one.text}` is {value!r}"
    if isinstance(value, list | tuple | dict | str):
        return f"`{one.text}` has {len(value)} items"
    if "Tensor" in kinds_of(value):
        return f"`{one.text}` has shape {tuple(value.shape)}"
    return ""
