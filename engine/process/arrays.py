"""Tensors and arrays inside of a message: packed as dtype, shape and bytes, unpacked by numpy."""

from __future__ import annotations

from typing import Any


def pack(numbers: Any) -> dict[str, Any]:
    """A tensor or array as dtype, shape and bytes. Tensors are brought to host memory here."""
    import numpy as np

    if hasattr(numbers, "detach"):
        numbers = numbers.detach().cpu()
        if str(numbers.dtype) == "torch.bfloat16":
            numbers = numbers.float()
        numbers = numbers.numpy()
    array = np.asarray(numbers)
    if array.dtype == object:
        raise TypeError(f"cannot show {type(numbers).__name__}")
    return {"dtype": array.dtype.str, "shape": array.shape, "data": array.tobytes()}


def unpack(message: Any) -> Any:
    """The numpy array behind `pack`; plain lists (of a hand-written recording) work too."""
    import base64

    import numpy as np

    if isinstance(message, dict):
        flat = np.frombuffer(base64.b64decode(message["data"]), np.dtype(message["dtype"]))
        return flat.reshape(message["shape"])
    return np.asarray(message, dtype=np.float64)
