"""Walk an autograd graph from its loss: what met in it, which weights it reaches, what it saved.

Everything here has to be asked before ``backward()``, which frees what the graph has saved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.autograd.graph import saved_tensors_hooks

MOST_NODES = 3000
"""Nodes looked at; larger graphs are seen in part, from the loss down."""

COMPARING = ("MseLoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BinaryCrossEntropy")
"""Losses that compare number with number."""

REDUCING = ("Mean", "Sum", "Div", "Sqrt", "View", "Squeeze", "Nanmean")
"""Operations between a loss and the place where prediction and target meet."""


class SavedHooks:
    """Whether the script has ever asked to pack what graphs save, and to unpack it again.

    What is packed is not read: unpacking may run a forward pass once more, or copy gigabytes. Each
    saved tensor says so itself from PyTorch 2.9 or so on; before, nothing is read any more.
    """

    were_used = False
    _original: Callable[..., Any] | None = None

    def put_on(self) -> None:
        """Begin to notice."""
        saved = (torch_one() * torch_one()).grad_fn
        if hasattr(saved._raw_saved_self, "unpack_hook"):  # type: ignore[union-attr]
            return
        self._original = original = saved_tensors_hooks.__enter__

        @wraps(original)
        def noticed(hooks: saved_tensors_hooks) -> None:
            self.were_used = True
            original(hooks)

        saved_tensors_hooks.__enter__ = noticed  # type: ignore[method-assign]

    def take_off(self) -> None:
        """Leave it as it was."""
        if self._original is not None:
            saved_tensors_hooks.__enter__ = self._original  # type: ignore[method-assign]
            self._original = None


SAVED_HOOKS = SavedHooks()


def torch_one() -> Tensor:
    """A number with a graph behind it."""
    return torch.ones((), requires_grad=True)


_UNKNOWN = object()


def kept(node: Any, name: str) -> Tensor | None:
    """What a node has saved under this name; None when it is nothing that may be read.

    That is what a hook would have to unpack, what has been freed, and what nodes written in Python
    call by the same name.
    """
    try:
        raw = getattr(node, f"_raw{name}", None)
        if raw is None or isinstance(node, FunctionCtx):
            return None
        hook = getattr(raw, "unpack_hook", _UNKNOWN)
        if hook is _UNKNOWN and SAVED_HOOKS.were_used:
            return None
        if hook is not _UNKNOWN and hook is not None:
            return None
        value = getattr(node, name)
    except RuntimeError:
        return None
    return value if isinstance(value, Tensor) else None


def below(node: Any) -> Any:
    """The node whose result this one took; None where there is none."""
    return next((each for each, _ in node.next_functions if each is not None), None)


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


def _kept_by_loss(node: Any) -> Meeting | None:
    one, other = kept(node, "_saved_self"), kept(node, "_saved_target")
    if one is None or other is None:
        return None
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
    return Meeting(sub, None, None, kept(node, "_saved_self"), 1 if recorded[0] else -1)


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
            # A second log_softmax changes nothing.
            "LogSoftmax": ("Softmax",),
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
            value = kept(node, saved)
            if value is None or value.requires_grad or value.numel() != count:
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
