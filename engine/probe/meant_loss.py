"""The loss a script means, told from the tensor that goes backward.

A gradient scaler multiplies the loss so that small gradients survive in half precision; a script
that gathers gradients over several batches divides it by their number. Both are the last operation
in the loss's graph, where they can be read.
"""

from __future__ import annotations

import ctypes
import gc
import math
import weakref
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.amp.grad_scaler import GradScaler

from engine.probe import autograd_graph
from engine.probe.backward_tap import Asked
from engine.probe.call_site import CallSite, own_frame, variables

LARGEST = 1 << 16
"""Numbers in an output that are still summed with the gradient it is given."""


MORE = 1.5
"""A divisor so many times the samples of a sum counts those of other passes too."""

SUM = 2
"""How a loss of PyTorch's notes that it sums and does not average."""


@dataclass(slots=True, eq=False)
class Pass:
    """One backward pass on its way to a step."""

    site: CallSite
    value: Any
    """The loss: a number, or a tensor where reading it would wait for a device."""
    divisor: float = 1.0
    """By what constant the script has divided it."""
    is_share: bool = False
    """Whether it was divided by more samples than it sums over: by those of a whole step."""
    scale: tuple[int, int] = (0, 0)
    """Which state of a gradient scaler it was scaled with."""
    is_backward: bool = True
    """False for ``torch.autograd.grad``, whose gradients are handed back."""
    taken: set[int] = field(default_factory=set)
    """Identities of the optimizers that have made a step with it."""
    dtype: torch.dtype | None = None
    """The loss's, where it is a plain number in memory, neither scaled nor multiplied."""
    is_within: bool = False
    """Whether an optimizer has asked for it in the middle of its step."""


class Scalers:
    """The gradient scalers of this process, by the memory of their scale."""

    def __init__(self) -> None:
        self._known: dict[int, weakref.ref[GradScaler]] = {}
        self._asked, self._look_at = 0, 1

    def scaler_of(self, factor: Tensor) -> GradScaler | None:
        """The scaler whose scale this is; None for any other number."""
        place = factor.data_ptr()
        found = self._confirmed(place)
        if found is None:
            # All objects are looked through, so ever more seldom: a loss may be weighted anew
            # by another tensor in each step.
            self._asked += 1
            if self._asked >= self._look_at:
                self._look_at *= 2
                self._look()
                found = self._confirmed(place)
        return found

    def _confirmed(self, place: int) -> GradScaler | None:
        ref = self._known.get(place)
        scaler = ref() if ref is not None else None
        scale = getattr(scaler, "_scale", None)
        return scaler if scale is not None and scale.data_ptr() == place else None

    def _look(self) -> None:
        for one in gc.get_objects():
            # Not isinstance, which would ask the object: some answer by importing things.
            if issubclass(type(one), GradScaler):
                scale = vars(one).get("_scale")
                if isinstance(scale, Tensor):
                    self._known[scale.data_ptr()] = weakref.ref(one)


class MeantLoss:
    """Reads losses; remembers the gradient scalers it has met."""

    def __init__(self) -> None:
        self._scalers = Scalers()

    def read(self, asked: Asked, site: CallSite) -> Pass | None:
        """The pass that is asked for; None when what goes backward is no loss."""
        if len(asked.outputs) == 1:
            return self._single(asked.outputs[0], asked.gradients[0], site, asked.frame)
        parts = [
            self._single(output, gradient, site, asked.frame)
            for output, gradient in zip(asked.outputs, asked.gradients, strict=True)
        ]
        values = [part.value for part in parts if part is not None]
        return Pass(site, sum(values)) if values else None

    def _single(
        self, loss: Any, gradient: Tensor | None, site: CallSite, frame: FrameType
    ) -> Pass | None:
        if not isinstance(loss, Tensor) or _is_traced(loss):
            return None
        if torch._C._functorch.is_gradtrackingtensor(loss):
            return _functional(loss, site)
        if loss.is_complex() or loss.layout is not torch.strided:
            return None
        if not loss.is_cpu:
            if loss.is_cuda and torch.cuda.is_current_stream_capturing():
                return None
            if not _is_given(frame):
                gradient = None
        if loss.numel() != 1:
            return _weighted(loss, gradient, site)
        one = Pass(site, None)
        node, scale = loss.grad_fn, None
        kind = type(node).__name__
        if kind != "MulBackward0" and loss.dtype in _IN_MEMORY and loss.is_cpu:
            one.dtype = loss.dtype
        if kind == "MulBackward0" and (factor := _factor(node)) is not None:
            scaler = None if _is_plain(factor) else self._scalers.scaler_of(factor)
            if scaler is not None:
                scale = factor
                one.scale = (id(scaler), factor._version)
                node = autograd_graph.below(node)
                kind = type(node).__name__
        if kind in ("MulBackward0", "DivBackward0"):
            one.divisor = _divisor(node, kind)
            summed = _summed(autograd_graph.below(node)) if one.divisor > 1 else 0
            one.is_share = bool(summed) and one.divisor > MORE * summed
        one.value = _value(loss, scale, gradient)
        if scale is not None and type(one.value) is float and not math.isfinite(one.value):
            # Too large only once it was scaled: the script may hold the loss itself.
            held = variables(own_frame(frame)).values()
            inner = (each for each in held if type(each) is Tensor and each.grad_fn is node)
            one.value = next((number_of(each) for each in inner if each.numel() == 1), one.value)
        return one


def _functional(loss: Tensor, site: CallSite) -> Pass | None:
    """The loss of a function of ``torch.func``; None where it stands for a batch of losses."""
    inner = torch._C._functorch.get_unwrapped(loss)
    is_single = not torch._C._functorch.is_functorch_wrapped_tensor(inner) and loss.numel() == 1
    return Pass(site, float(loss.item())) if is_single and loss.is_cpu else None


def _factor(node: Any) -> Tensor | None:
    """The number a loss was multiplied with or divided by, where it is a number."""
    for side in ("_saved_other", "_saved_self"):
        value = autograd_graph.kept(node, side)
        if value is not None and value.numel() == 1 and not value.requires_grad:
            return value
    return None


def _is_plain(factor: Tensor) -> bool:
    """Whether a number was written into the script rather than kept in a tensor."""
    return factor.dim() == 0 and factor.dtype in (torch.float64, torch.int64)


def _divisor(node: Any, kind: str) -> float:
    factor = _factor(node)
    if factor is None or not factor.is_cpu:
        return 1.0
    number = abs(number_of(factor))
    if not number:
        return 1.0
    return number if kind == "DivBackward0" else 1 / number


def _summed(node: Any) -> int:
    """How many losses of single samples a sum has added; 0 for what is no sum."""
    if node is None:
        return 0
    if type(node).__name__ == "SumBackward0":
        return math.prod(getattr(node, "_saved_self_sym_sizes", ()))
    if getattr(node, "_saved_reduction", 0) == SUM:
        target = autograd_graph.kept(node, "_saved_target")
        return 0 if target is None else target.numel()
    return 0


def _value(loss: Tensor, scale: Tensor | None, gradient: Tensor | None) -> Any:
    """The loss without its scale, times the gradient it starts from (1 unless a script says)."""
    if loss.is_cpu:
        number = number_of(loss)
        if scale is not None:
            number /= number_of(scale)
        return number if gradient is None else number * number_of(gradient)
    value = loss.detach()
    if scale is not None:
        value = value / scale.detach()
    return value if gradient is None else value * gradient.detach()


_IN_MEMORY = {torch.float32: ctypes.c_float, torch.float64: ctypes.c_double}


def number_of(value: Tensor) -> float:
    """The only number of a tensor on the CPU, read without an operation that a profiler sees."""
    kind = _IN_MEMORY.get(value.dtype)
    return float(value.item()) if kind is None else kind.from_address(value.data_ptr()).value


def _is_traced(loss: Tensor) -> bool:
    """Whether it is no number but the plan of one, or a tensor that acts for itself."""
    own = type(loss).__torch_dispatch__ is not Tensor.__torch_dispatch__
    return own or torch._C._len_torch_dispatch_stack() > 0


def _is_given(frame: FrameType) -> bool:
    """Whether the script itself says which gradient a loss starts from, not PyTorch for it."""
    given = frame.f_locals
    return any(given.get(name) is not None for name in ("grad_tensors", "grad_outputs"))


def _weighted(loss: Tensor, gradient: Tensor | None, site: CallSite) -> Pass | None:
    """Losses of single samples, each with the weight its gradient starts from."""
    if gradient is None or loss.dim() > 1 or loss.numel() > LARGEST or not loss.is_cpu:
        return None
    with torch.no_grad():
        return Pass(site, torch.dot(loss.detach().flatten(), gradient.flatten()).item())
