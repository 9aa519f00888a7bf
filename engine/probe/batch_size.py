"""How many samples a batch holds, where its loader leaves no doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor

MOST = 64
"""Tensors of one batch that are looked at."""


def batch_size(iterator: Any, batch: Any) -> int | None:
    """The first dimension that all tensors of a batch share, if the loader was asked for it.

    ``iterator`` is the loader's, which has not counted this batch yet. The last batch of a pass may
    hold fewer. None where that is not so: a batch of pictures of different sizes, a graph, samples
    that the data set has put together itself.
    """
    asked = getattr(iterator._index_sampler, "batch_size", None)
    if not iterator._auto_collation or type(asked) is not int:
        return None
    sizes = {tensor.shape[0] if tensor.dim() else -1 for tensor in _tensors(batch)}
    if len(sizes) != 1:
        return None
    (size,) = sizes
    if size == asked or (0 < size < asked and _is_last(iterator)):
        return size
    return None


def _is_last(iterator: Any) -> bool:
    try:
        return bool(iterator._num_yielded + 1 == len(iterator._index_sampler))
    except (TypeError, NotImplementedError):
        # Nobody knows where a stream ends.
        return False


def _tensors(batch: Any) -> Iterator[Tensor]:
    """The tensors of a batch, as usual collating leaves them."""
    if type(batch) is Tensor:
        yield batch
        return
    parts = batch.values() if isinstance(batch, Mapping) else batch
    if not isinstance(batch, Mapping | tuple | list):
        return
    for _, part in zip(range(MOST), parts, strict=False):
        if type(part) is Tensor:
            yield part
