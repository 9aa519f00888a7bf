"""Errors of a call: what was handed over, and what was meant."""

from __future__ import annotations

import ast
import re
from contextlib import suppress

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.seen import Case, Look, own
from engine.doctor.own_names import LONGEST

IN_A_CONDITION = re.compile(r"^(?:if|elif|while|assert|return)\b|\s(?:if|for)\s")
LAYERS = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "dropout": "Dropout",
}
"""Functions, and the layers that do the same."""

MADE = {
    *("Linear", "Conv1d", "Conv2d", "Conv3d", "Embedding", "Sequential", "Flatten"),
    *("LSTM", "GRU", "RNN", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "MaxPool2d"),
}
"""Layers that want to be called."""

COMPARED = ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq
"""What goes number by number; `in` and `is` do not."""


def _uncalled(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """A method was handed over without its parentheses."""
    first = own(context).get("first", "")
    if "'method' object" in context.message and first:
        return Case("uncalled", {"first": first, "name": first.rpartition(".")[2]})
    return None


def _none(found: dict[str, str], context: ErrorContext) -> Case | None:
    if found["kind"] != "NoneType":
        return Case("item") if context.is_below("_utils/collate.py") else None
    if context.is_below("_utils/collate.py"):
        return Case("no-item")
    first = own(context).get("first", "")
    if first.isidentifier():
        return Case("none-in", {"first": first})
    return Case("none")


def _masks(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """Masks joined by `and`: number by number it is `&`."""
    if IN_A_CONDITION.search(context.source):
        return None
    for text in (context.failing, context.statement, context.source):
        with suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(text.strip())) if text else ():
                if joined := _joined(node):
                    return Case("masks", {"fix": joined}) if len(joined) <= 2 * LONGEST else None
    return None


def _joined(node: ast.AST) -> str:
    if isinstance(node, ast.BoolOp) and all(map(_is_mask, node.values)):
        sign = " & " if isinstance(node.op, ast.And) else " | "
        return sign.join(f"({ast.unparse(each)})" for each in node.values)
    if isinstance(node, ast.Compare) and len(node.ops) == 2 and _ordered(node):
        left, middle, right = node.left, *node.comparators
        pairs = zip((left, middle), node.ops, (middle, right), strict=True)
        return " & ".join(
            f"({ast.unparse(ast.Compare(one, [op], [other]))})" for one, op, other in pairs
        )
    return ""


def _is_mask(node: ast.expr) -> bool:
    if not isinstance(node, ast.Compare) or len(node.ops) > 1:
        return False
    return isinstance(node.ops[0], COMPARED)


def _ordered(node: ast.Compare) -> bool:
    return all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)


def _swapped(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A loss that was given whole numbers for scores."""
    names = own(context)
    loss = re.search(r"\b(?:cross_entropy|nll_loss)$", names.get("callee", ""))
    whole = found.get("got") in ("int64", "int32", "uint8")
    if "softmax" in found.get("name", "") and whole and loss and {"first", "second"} <= {*names}:
        return Case("swapped", {name: names[name] for name in ("callee", "first", "second")})
    return None


def _argument(found: dict[str, str], context: ErrorContext) -> Case | None:
    """Tensors that were to stand in a list; a layer that was made where one was to be applied."""
    if found["argument"] == "tensors" and found["got_kind"] == "Tensor":
        listed = _listed(_call(context.code))
        return Case("list", {"fix": listed}) if listed else Case("in-a-list")
    if found["argument"] == "input" and found["got_kind"] in LAYERS.values():
        return Case("layer", {"layer": found["got_kind"]})
    first = own(context).get("first", "")
    if (
        found["want_kind"] == "Tensor"
        and found["got_kind"] in MADE
        and re.fullmatch(r"[\w.]+", first)
    ):
        return Case("uncalled", {"first": first})
    return None


def _listed(call: ast.Call | None) -> str:
    """The call with its tensors in a list; empty where it does not tell which they are."""
    args = call.args if call else []
    if not call or any(isinstance(each, ast.Starred) for each in args):
        return ""
    tensors = [each for each in args if not _is_dimension(each)]
    if len(tensors) < 2 or tensors != args[: len(tensors)]:
        return ""
    rest = [ast.unparse(each) for each in (*args[len(tensors) :], *call.keywords)]
    inside = ", ".join([f"[{', '.join(map(ast.unparse, tensors))}]", *rest])
    return f"{ast.unparse(call.func)}({inside})"


def _is_dimension(node: ast.expr) -> bool:
    named = isinstance(node, ast.Name) and node.id in ("dim", "axis")
    return named or isinstance(node, ast.Constant | ast.UnaryOp)


def _call(text: str) -> ast.Call | None:
    with suppress(SyntaxError, ValueError):
        value = getattr(ast.parse(text.strip()).body[0], "value", None)
        return value if isinstance(value, ast.Call) else None
    return None


def _missing(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A function among layers, called with nothing."""
    name = found["name"].rpartition(".")[2]
    if name in LAYERS and found["missing"] == "'input'" and "Sequential(" in context.source:
        return Case("function", {"layer": LAYERS[name]})
    return None


def _made(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A class that was called with what its object should be called with."""
    hook = re.search(r"\bhook\((?P<given>[\w, ]+)\)", context.innermost)
    if hook and context.is_below("modules/module.py:"):
        return Case("hook", {"given": hook["given"]})
    kind = re.fullmatch(r"(\w+)\.__init__", found["name"])
    if kind and found["want"] == "1" and re.search(rf"\b{kind[1]}\(", context.code):
        return Case("class", {"kind": kind[1]})
    return None


def _wrapped(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A part of the model, asked of what a job of several processes puts around it."""
    if found["kind"] not in ("DistributedDataParallel", "DataParallel"):
        return None
    owner = re.search(rf"((?:\w+\.)*\w+)\.{found['name']}\b", context.code)
    return Case("wrapped", {"owner": owner[1]}) if owner else None


def _closure(found: dict[str, str], context: ErrorContext) -> Case | None:
    """A loss that was handed to an optimizer's step."""
    step = re.search(r"\.step\(\s*[^)\s]", context.code)
    loss = found["kind"] in ("Tensor", "float") and found.get("what") == "callable"
    return Case("closure") if step and loss and context.is_below("torch/optim/") else None


def _dimension(found: dict[str, str], context: ErrorContext) -> Case | None:
    """An entry of a shape, which has one for each dimension."""
    if found["kind"] != "tuple" or context.functions:
        return None
    asked = re.findall(r"((?:\w+\.)*\w+\.shape)\[(-?\d+)\]", context.code)
    return Case("shape", {"owner": asked[0][0], "index": asked[0][1]}) if len(asked) == 1 else None


def _tuple(found: dict[str, str], _context: ErrorContext) -> Case | None:
    kinds = {found["one"], found["other"]}
    return Case("tuple", {"op": found["operator"]}) if kinds == {"Tensor", "tuple"} else None


def _plain(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """A function that was not called; a comparison that compared nothing."""
    if found["kind"] in ("function", "method", "builtin_function_or_method"):
        return Case("uncalled")
    numbers = {"sum", "mean", "any", "all", "float", "int", "item", "long", "cpu", "nonzero"}
    return Case("compared") if found["kind"] == "bool" and found["name"] in numbers else None


def _loaded(found: dict[str, str], _context: ErrorContext) -> Case | None:
    """What `load_state_dict` returns, called as the model."""
    return Case("loaded") if found["kind"] == "_IncompatibleKeys" else None


def _single(_found: dict[str, str], context: ErrorContext) -> Case | None:
    case = _uncalled(_found, context)
    lone = re.search(r"iterable of Tensors or dicts, but got torch\.\w*Tensor", context.message)
    return case or (Case("tensor") if lone else None)


LOOKS: dict[str, Look] = {
    "optimizer-wants-parameters": _single,
    "attribute-of-plain": _plain,
    "not-callable": _loaded,
    "clip-wants-parameters": _uncalled,
    "joined-no-tensors": _none,
    "ambiguous-truth": _masks,
    "not-for-this-dtype": _swapped,
    "argument-kind": _argument,
    "argument-missing": _missing,
    "too-many-arguments": _made,
    "module-lacks": _wrapped,
    "given-inside": _closure,
    "sequence-index": _dimension,
    "operator-types": _tuple,
}
