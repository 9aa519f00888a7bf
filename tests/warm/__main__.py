"""The warm process: imports, waits, and forks whatever is asked for."""

from __future__ import annotations

import sys

BARE = set(sys.modules)
"""What a fresh interpreter has imported."""

import gc  # noqa: E402
import os  # noqa: E402
import socket  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402

from tests.warm import asked as asking  # noqa: E402
from tests.warm import becoming  # noqa: E402
from tests.warm.asked import loaded_with  # noqa: E402
from tests.warm.hidden import Hidden, root_of  # noqa: E402
from tests.warm.starting import Spare, Warm  # noqa: E402

IMPORTED = (
    "torch", "torch.utils.data", "msgspec", "click", "platformdirs", "plotext", "watchfiles",
    "tree_sitter", "tree_sitter_python", "textual.app", "textual.screen", "textual.command",
    "textual.containers", "textual.drivers.linux_driver", "textual.widgets._markdown",
    "textual.widgets._text_area", "textual.widgets._option_list", "textual.widgets._input",
    "rich.syntax",
)  # fmt: skip
"""What Tocha's processes import first of all."""

STARTS_PYTHON = {"tui", "tests.practice", "tests.store.editor", "engine.watch.keeper"}
"""Modules whose process starts another Python process."""


LOADED = loaded_with(os.environ)
"""What is the same in all forks, since it was read while this was loaded."""


def import_all() -> Hidden:
    """Import, and hide what was imported; no thread, no arithmetic: forking stays safe."""
    hidden = Hidden()
    gc.disable()
    with missing("triton"):
        for name in IMPORTED:
            hidden.load(name)
        import torch

        # Constructing an optimizer imports hundreds of modules.
        torch.optim.SGD([torch.nn.Parameter(torch.empty(1, device="meta"))], lr=0.1)
    torch.utils._triton.has_triton_package.cache_clear()
    hidden.hide(stay={root_of(name) for name in BARE})
    gc.enable()
    gc.freeze()
    return hidden


@contextmanager
def missing(name: str) -> Iterator[None]:
    """In this block a package cannot be imported, as if it were not installed.

    Triton counts what of it is left when a process ends, and complains: in a fork all of it is.
    """
    sys.modules[name] = None  # type: ignore[assignment]
    yield
    del sys.modules[name]


def wait(channel: socket.socket, hidden: Hidden) -> list[str]:
    """Fork whenever it is asked for; returns in a fork only, the command that it is to run.

    The fork is a grandchild whose parent ends at once: whoever asked adopts it.
    """
    while (received := asking.receive(channel)) is not None:
        between = os.fork()
        if between == 0:
            between = os.getpid()
            if os.fork():
                os._exit(0)
            while os.getppid() == between:
                os.sched_yield()
            return settle(hidden, channel, *received)
        os.waitpid(between, 0)
        for fd in received[1]:
            os.close(fd)
    os._exit(0)


def settle(
    hidden: Hidden, channel: socket.socket, wanted: asking.Asked, fds: list[int]
) -> list[str]:
    """Become what is wanted, and say so: signals may come from then on."""
    answer = becoming.become(wanted, fds, channel.detach())
    # Python's own random numbers begin anew in a fork; these would go on from one place in all.
    hidden.module("numpy.random").seed()
    hidden.module("torch").default_generator.seed()
    if STARTS_PYTHON & set(wanted.command[1:4]) and (command := fork_spare(hidden)):
        return command
    os.write(answer, str(os.getpid()).encode())
    os.close(answer)
    return wanted.command


def fork_spare(hidden: Hidden) -> list[str]:
    """Leave a fork to become the first Python this process starts; empty, but in that fork."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        becoming.withdraw(theirs.fileno())
        ours.detach()
        received = asking.receive(theirs)
        return settle(hidden, theirs, *received) if received else os._exit(0)
    theirs.close()
    Warm(Spare(becoming.out_of_the_way(ours), LOADED).start)
    return []


def main() -> None:
    """Become others, over and over."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    becoming.withdraw(channel.fileno())
    hidden = import_all()
    command = wait(channel, hidden)
    sys.meta_path.insert(0, hidden)
    becoming.run(command)


if __name__ == "__main__":
    main()
