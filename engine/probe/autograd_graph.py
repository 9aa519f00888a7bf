"""Walk an autograd graph from its loss: what met in it, which weights it reaches, what it saved.

Everything here has to be asked before ``backward()``, which frees what the graph has saved.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

MOST_NODES = 3000
"""Nodes looked at; larger graphs are seen in part, from the loss down."""

COMPARING = ("MseLoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BinaryCrossEntropy")
"""Losses that compare number with number."""

REDUCING = ("Mean", "Sum", "Div", "Sqrt", "View", "Squeeze", "Nanmean")
"""Operations between a loss and the place where prediction and target meet."""


@dataclass
class Meeting:
    """Where a prediction met its target."""

    node: Any
    prediction: Tensor | None
    """As far as the graph has kept it."""
    target: Tensor | None
    difference: Tensor | None
    sign: int = 1
    """The difference is ``sign * (prediction - target)``."""


def name(node: Any) -> str:
    """The operation's name, without "Backward0"."""
    whole: str = node.name()
    return whole.rstrip("0123456789").removesuffix("Backward")


def nodes(loss: Tensor) -> list[Any]:
    """The graph's nodes, from the loss down."""
    found: dict[Any, None] = {}
    todo = deque([loss.grad_fn])
    while todo and len(found) < MOST_NODES:
        node = todo.popleft()
        if node is not None and node not in found:
            found[node] = None
            todo.extend(following for following, _ in node.next_functions)
    return list(found)


def leaves(graph: list[Any]) -> list[Tensor]:
    """The tensors that will receive a gradient."""
    return [node.variable for node in graph if hasattr(node, "variable")]


def shape(node: Any) -> tuple[int, ...]:
    """The shape of what the operation computed; () when it is not known."""
    known = getattr(node, "_input_metadata", None)
    return tuple(known[0].shape) if known else ()


def meeting(loss: Tensor) -> Meeting | None:
    """Where prediction and target meet, for losses that compare number with number."""
    node = loss.grad_fn
    for _ in range(6):
        if node is None:
            return None
        kind = name(node)
        if kind.startswith(COMPARING):
            return _kept_by_loss(node)
        if kind in ("Pow", "Abs", "Mul", "Square"):
            return _difference(node)
        if kind not in REDUCING:
            return None
        node = node.next_functions[0][0]
    return None


def _kept_by_loss(node: Any) -> Meeting:
    one, other = node._saved_self, node._saved_target
    if other.requires_grad and not one.requires_grad:
        one, other = other, one
    return Meeting(node, one, other, None)


def _difference(node: Any) -> Meeting | None:
    """A loss written by hand: (prediction - target) ** 2, or the difference times itself."""
    below = [following for following, _ in node.next_functions if following is not None]
    if not below or name(below[0]) != "Sub" or any(each is not below[0] for each in below):
        return None
    sub = below[0]
    recorded = [following is not None for following, _ in sub.next_functions]
    if recorded == [True, True]:
        return None
    return Meeting(sub, None, None, getattr(node, "_saved_self", None), 1 if recorded[0] else -1)


def broadcast(met: Meeting) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The prediction's shape and the one it was stretched to, when the target made N into N x N."""
    if met.difference is None and met.prediction is not None:
        stretched, below = tuple(met.prediction.shape), met.node.next_functions
    else:
        stretched, below = shape(met.node), met.node.next_functions
    if len(stretched) != 2 or stretched[0] != stretched[1] or stretched[0] < 2:
        return None
    for following, _ in below:
        while following is not None and name(following) == "Expand":
            following = following.next_functions[0][0]
        own = shape(following) if following is not None else ()
        if own in ((stretched[0], 1), (1, stretched[0]), (stretched[0],)):
            return own, stretched
    return None


def squashed_twice(graph: list[Any]) -> str:
    """The name of what stands before a loss that does the same again; empty when nothing does."""
    for node in graph:
        pairs = {
            "LogSoftmax": ("Softmax", "LogSoftmax"),
            "BinaryCrossEntropyWithLogits": ("Sigmoid",),
        }
        for following, _ in node.next_functions:
            if following is not None and name(following) in pairs.get(name(node), ()):
                return name(following)
    return ""


def kept_input(graph: list[Any], count: int, avoid: Tensor | None) -> Tensor | None:
    """A tensor of ``count`` numbers in one dimension or one column that the model began with."""
    for node in reversed(graph):
        for saved in ("_saved_mat1", "_saved_self", "_saved_other"):
            value = getattr(node, saved, None)
            if not isinstance(value, Tensor) or value.requires_grad or value.numel() != count:
                continue
            column = value.shape in ((count,), (count, 1)) and value.is_floating_point()
            if column and (avoid is None or value.data_ptr() != avoid.data_ptr()):
                return value
    return None


def module_of(names: dict[str, Any], weights: list[Tensor]) -> nn.Module | None:
    """The module among these variables that holds the most of these weights."""
    wanted = {id(weight) for weight in weights}
    best, most = None, 0
    for value in names.values():
        if isinstance(value, nn.Module):
            held = sum(id(p) in wanted for p in value.parameters())
            if held > most:
                best, most = value, held
    return best
