"""Limits of this shell (``ulimit``), told where one of them was in the way."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterable

NO_THREAD = "can't start new thread|resource temporarily unavailable|pthread_create"

LIMITS: tuple[tuple[str, int, str, int], ...] = (
    ("too many open files", resource.RLIMIT_NOFILE, "ulimit -n allows {} open files", 1),
    (NO_THREAD, resource.RLIMIT_NPROC, "ulimit -u allows {} processes and threads", 1),
    (
        f"allocat|memoryerror|bad_alloc|failed to map segment|{NO_THREAD}",
        resource.RLIMIT_AS,
        "ulimit -v allows a process {} MB of addresses",
        1_000_000,
    ),
)
"""Words of an error, the limit they may stand for, and how it is told, in which unit."""


def in_the_way(texts: Iterable[str]) -> str:
    """The limits that such errors stand for, as far as there are any: "ulimit -n allows 16 …"."""
    text = "\n".join(texts).lower()
    told = []
    for words, limit, sentence, unit in LIMITS:
        allowed, _ = resource.getrlimit(limit)
        if allowed != resource.RLIM_INFINITY and re.search(words, text):
            told.append(sentence.format(allowed // unit))
    return ", ".join(told)


def of(error: BaseException) -> str:
    """The limits that an exception stands for."""
    return in_the_way([type(error).__name__, str(error)])
