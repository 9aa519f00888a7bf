"""A simulated accelerator: PyTorch's own device rules, without the device.

`register` tells PyTorch of a device type "simgpu". From then on its dispatcher, autograd,
optimizers and `Module.to` treat ``simgpu:0`` as they treat a GPU. The arithmetic is real, the
memory is the host's, and it is slower than the CPU: it shows the rules, never the speed.

It rests on an experimental part of PyTorch (2.9 and newer) and stays for the life of the process.
Older versions know the name, but their core refuses gradients on such a device: there its tensors
go as "lazy", a type that every PyTorch has and nobody uses here, and say "simgpu" to all who ask.
"""

from __future__ import annotations

import warnings
import weakref
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map

NAME = "simgpu"
aten = torch.ops.aten


@dataclass
class Traffic:
    """What the device has been asked for so far; memory in bytes."""

    operations: int = 0
    to_device: int = 0
    to_host: int = 0
    allocated: int = 0
    peak: int = 0


traffic = Traffic()


CARRIER = "lazy"
"""The device type that stands in below where PyTorch has no devices in Python."""


@lru_cache
def register() -> torch.device:
    """Make ``simgpu`` known to PyTorch, once a process."""
    keys = ["PrivateUse1", "Lazy"] if below().type == CARRIER else ["PrivateUse1"]
    with warnings.catch_warnings():
        # "lazy" has kernels of its own, which nobody needs while this device is at work.
        warnings.filterwarnings("ignore", message="(?s).*overrid")
        for key in keys:
            for operation, function in FACTORIES.items():
                LIBRARY.impl(operation, function, key)
    # On CUDA a module keeps its Parameters when it moves, and changes the numbers in them: see
    # `_apply` in torch/nn/modules/module.py. Swapping is how a subclass of Tensor gets the same.
    torch.__future__.set_swap_module_params_on_conversion(True)
    # A thread of autograd's own for this device would still hold Python objects when Python ends.
    torch.autograd.set_multithreading_enabled(False)
    return torch.device(NAME, 0)


@lru_cache
def below() -> torch.device:
    """What PyTorch's core takes a tensor of this device for; makes the name known to it."""
    # PyTorch asks for a module, and is content with an object.
    backend: Any = Backend()
    try:
        from torch.utils.backend_registration import _setup_privateuseone_for_python_backend
    except ImportError:
        from torch.utils.backend_registration import rename_privateuse1_backend

        rename_privateuse1_backend(NAME)
        torch._register_device_module(NAME, backend)
        return torch.device(CARRIER, 0)
    _setup_privateuseone_for_python_backend(NAME, backend_module=backend)
    return torch.device(NAME, 0)


def is_here(device: str | torch.device) -> bool:
    """Whether this is the simulated device, under its own name or its carrier's."""
    return torch.device(device).type in (NAME, below().type)


class Backend:
    """What PyTorch asks a kind of device: this object becomes `torch.simgpu`."""

    def is_available(self) -> bool:
        return True

    def is_initialized(self) -> bool:
        return True

    def _is_in_bad_fork(self) -> bool:
        return False

    def device_count(self) -> int:
        return 1

    def current_device(self) -> int:
        return 0

    def synchronize(self, *_: object) -> None:
        """Nothing to wait for: the host did the work itself."""

    def manual_seed_all(self, *_: object) -> None:
        """Its random numbers come from the host's generator."""

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]

    def memory_allocated(self, *_: object) -> int:
        return traffic.allocated


class Simulated(Tensor):
    """A tensor that says it is on ``simgpu:0``; its numbers lie in ``host``, an ordinary tensor."""

    host: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(cls, host: Tensor, requires_grad: bool = False) -> Simulated:
        made: Simulated = torch.Tensor._make_wrapper_subclass(
            cls,
            host.shape,
            strides=host.stride(),
            storage_offset=host.storage_offset(),
            dtype=host.dtype,
            device=below(),
            requires_grad=requires_grad,
        )
        return made

    def __init__(self, host: Tensor, *_: object) -> None:
        self.host = host
        _count_memory(host)

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return torch.device(NAME, 0)

    def to(self, *args: Any, **options: Any) -> Tensor:
        """The same tensor if nothing has to change: the host's own is asked whether it has to."""
        asked = tree_map(_on_host, (args, options))
        stays = not any(_is_elsewhere(value) for value in (*args, *options.values()))
        if stays and self.host.to(*asked[0], **asked[1]) is self.host:
            return self
        return super().to(*args, **options)

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        ending = ", requires_grad=True" if self.requires_grad and self.is_leaf else ""
        return f"{repr(self.host)[:-1]}, device='{NAME}:0'{ending})"

    def numpy(self, *, force: bool = False) -> Any:
        """The words are those of torch/csrc/utils/tensor_numpy.cpp."""
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            f"can't convert {NAME}:0 device type tensor to numpy. Use Tensor.cpu() to copy the "
            "tensor to host memory first."
        )

    def tolist(self) -> Any:
        traffic.to_host += self.host.nbytes
        return self.host.tolist()

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, operation: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Every operation on such a tensor arrives here, below autograd."""
        kwargs = dict(kwargs or {})
        kwargs.pop("pin_memory", None)
        name = operation._schema.name.removeprefix("aten::")
        traffic.operations += 1
        if name == "_to_copy":
            return _moved(args[0], kwargs)
        if name == "copy_":
            return _copied(source=args[1], target=args[0])
        if name == "_local_scalar_dense":
            traffic.to_host += args[0].element_size()
        _check_devices(operation, args, kwargs)
        if "device" in kwargs:
            kwargs["device"] = "cpu"
        answer = operation(*tree_map(_host, args), **tree_map(_host, kwargs))
        if operation._schema.is_mutable and isinstance(args[0], Simulated):
            return args[0]
        return tree_map(_device, answer)


_holders: Counter[int] = Counter()
"""How many tensors look at a storage, by its address."""


def _count_memory(host: Tensor) -> None:
    """Count a storage once, until the last tensor that looks at it goes."""
    storage = host.untyped_storage()
    address, size = storage.data_ptr(), storage.nbytes()
    if not address:
        return
    if not _holders[address]:
        traffic.allocated += size
        traffic.peak = max(traffic.peak, traffic.allocated)
    _holders[address] += 1
    weakref.finalize(host, _forget_memory, address, size)


def _forget_memory(address: int, size: int) -> None:
    _holders[address] -= 1
    if not _holders[address]:
        del _holders[address]
        traffic.allocated -= size


def _host(value: Any) -> Any:
    return value.host if isinstance(value, Simulated) else value


def _device(value: Any) -> Any:
    return Simulated(value) if isinstance(value, Tensor) else value


def _on_host(value: Any) -> Any:
    named = isinstance(value, str | torch.device) and is_here(value)
    return torch.device("cpu") if named else _host(value)


def _is_elsewhere(value: Any) -> bool:
    """Whether `.to` with this argument leaves the device."""
    if isinstance(value, str | torch.device):
        return not is_here(value)
    return isinstance(value, Tensor) and not isinstance(value, Simulated)


def _moved(source: Tensor, options: dict[str, Any]) -> Tensor:
    """`.to(...)`: a copy on another device or of another dtype."""
    target = options.pop("device", None)
    copy: Tensor = aten._to_copy(_host(source), **options)
    if target is None or is_here(target):
        return Simulated(copy)
    traffic.to_host += copy.nbytes
    return copy


def _copied(source: Tensor, target: Tensor) -> Tensor:
    """Write the numbers of one tensor into another, wherever they lie."""
    if isinstance(target, Simulated) and not isinstance(source, Simulated):
        traffic.to_device += source.nbytes
    if isinstance(source, Simulated) and not isinstance(target, Simulated):
        traffic.to_host += source.nbytes
    _host(target).copy_(_host(source))
    return target


ITERATED = frozenset({"mse_loss", "smooth_l1_loss", "index_put_", "masked_fill"})
"""Operations whose devices PyTorch's TensorIterator compares, besides those tagged pointwise."""

INDEXING = frozenset({"index", "index_put_"})
NEWER_WORDS = (2, 8)
"""From this PyTorch on, the other operations name the argument first."""


def _check_devices(operation: Any, args: Any, kwargs: Any) -> None:
    """The rule of every accelerator: one operation, one device.

    Single numbers from the host and indices from the host are welcome, as on a real GPU. The words
    are PyTorch's: of TensorIteratorBase::compute_types in aten/src/ATen/TensorIterator.cpp, which
    names the accelerator first, and of common_device_check_failure in
    aten/src/ATen/core/op_registration/adaption.cpp, which goes from argument to argument. Which
    operation asks whom stands in native_functions.yaml: "device_check: NoCheck # TensorIterator".

    Raises:
        RuntimeError: tensors of two devices meet.
    """
    name = operation._schema.name.removeprefix("aten::")
    if name in INDEXING and isinstance(args[0], Simulated):
        args = (args[0], *args[2:])
    met = _met(operation._schema, args, kwargs)
    first = next(iter(met), ("", ""))[1]
    strangers = [argument for argument, place in met if place != first]
    if not strangers:
        return
    expected = "Expected all tensors to be on the same device, but"
    here, there = (torch.device("cpu"), f"{NAME}:0")
    if torch.Tag.pointwise in operation.tags or name in ITERATED:
        raise RuntimeError(f"{expected} found at least two devices, {there} and {here}!")
    other, method = (there if first == str(here) else here), f"wrapper_{NAME}_{name}"
    if _version() >= NEWER_WORDS:
        raise RuntimeError(
            f"{expected} got {strangers[0]} is on {other}, different from other tensors on {first} "
            f"(when checking argument in method {method})"
        )
    raise RuntimeError(
        f"{expected} found at least two devices, {first} and {other}! "
        f"(when checking argument for argument {strangers[0]} in method {method})"
    )


def _met(schema: Any, args: Any, kwargs: Any) -> list[tuple[str, str]]:
    """Every tensor with dimensions, by the argument it belongs to, and the device it lies on."""
    names = [argument.name for argument in schema.arguments]
    given = [*zip(names, args, strict=False), *kwargs.items()]
    return [
        (name, f"{NAME}:0" if isinstance(tensor, Simulated) else str(tensor.device))
        for name, value in given
        for tensor in tree_leaves(value)
        if isinstance(tensor, Tensor) and tensor.dim() > 0
    ]


def _version() -> tuple[int, int]:
    major, minor = torch.__version__.split(".")[:2]
    return int(major), int(minor)


def _empty(size: Any, dtype: Any = None, *_: Any, **__: Any) -> Simulated:
    return Simulated(torch.empty(size, dtype=dtype))


def _empty_strided(size: Any, stride: Any, dtype: Any = None, *_: Any, **__: Any) -> Simulated:
    return Simulated(torch.empty_strided(size, stride, dtype=dtype))


def _copy_from(source: Tensor, target: Tensor, *_: object, **__: object) -> Tensor:
    return _copied(source, target)


LIBRARY = torch.library.Library("aten", "IMPL")
FACTORIES = {
    "empty.memory_format": _empty,
    "empty_strided": _empty_strided,
    "_copy_from": _copy_from,
}
