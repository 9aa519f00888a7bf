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
        _count_memory(self, host)

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

    def numpy(self, **_: Any) -> Any:
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
        _check_devices(name, args, kwargs)
        if "device" in kwargs:
            kwargs["device"] = "cpu"
        answer = operation(*tree_map(_host, args), **tree_map(_host, kwargs))
        if operation._schema.is_mutable and isinstance(args[0], Simulated):
            return args[0]
        return tree_map(_device, answer)


_living: set[int] = set()


def _count_memory(tensor: Simulated, host: Tensor) -> None:
    """Count a storage once, until the tensor that brought it goes."""
    storage = host.untyped_storage()
    address, size = storage.data_ptr(), storage.nbytes()
    if not address or address in _living:
        return
    _living.add(address)
    traffic.allocated += size
    traffic.peak = max(traffic.peak, traffic.allocated)
    weakref.finalize(tensor, _forget_memory, address, size)


def _forget_memory(address: int, size: int) -> None:
    _living.discard(address)
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


def _check_devices(name: str, args: Any, kwargs: Any) -> None:
    """The rule of every accelerator: one operation, one device.

    Single numbers from the host and indices from the host are welcome, as on a real GPU.

    Raises:
        RuntimeError: tensors of two devices meet; the words are PyTorch's.
    """
    tensors = [value for value in tree_leaves((args, kwargs)) if isinstance(value, Tensor)]
    places = [
        f"{NAME}:0" if isinstance(tensor, Simulated) else str(tensor.device)
        for tensor in tensors
        if tensor.dim() > 0
    ]
    indexing = name in ("index", "index_put_") and isinstance(args[0], Simulated)
    found = list(dict.fromkeys(places))
    if len(found) > 1 and not indexing:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{found[0]} and {found[1]}!"
        )


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
