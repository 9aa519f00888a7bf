"""Put the probe on torch in a process of a watched script, when the script imports torch."""

from __future__ import annotations

import os
import sys

from engine.process.own_names import ROOT, OwnNames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType

# Nothing else up here, not even of Python's own: a script may have a ``json.py``, or set threads
# before numpy comes.

OURS = OwnNames()


class When:
    """Calls a function when a module has been imported."""

    def __init__(self, name: str, then: Callable[[ModuleType], None]) -> None:
        self._name, self._then = name, then

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Let the others find it, and follow its import."""
        if name != self._name:
            return None
        import importlib.util

        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute, then = spec.loader.exec_module, self._then

            def exec_module(module: ModuleType) -> None:
                execute(module)
                then(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


class Watch:
    """The probe and what it reports to, once torch is there."""

    def __init__(self, place: str, fd: int = -1, ring: int = -1) -> None:
        """``place`` is the keeper's socket; without descriptors this is not the script's own."""
        self._place, self._fds = place, (fd, ring)
        for each in self._fds:
            if each >= 0:
                os.set_inheritable(each, False)
        self._take_off: Callable[[], None] | None = None
        self._send_rest: Callable[[], None] = lambda: None

    def wait_for_torch(self) -> None:
        """From now on our names are the script's; torch is watched when it comes."""
        OURS.hide()
        # The type of a finder is a class with many more methods, none of which is needed.
        sys.meta_path.insert(0, When("torch", lambda _: self._begin()))
        sys.meta_path.insert(0, When(LAUNCHER, self._follow_launched))

    def _begin(self) -> None:
        """One that cannot be put on is no reason to stop the script."""
        try:
            with OURS.shown():
                from engine.probe.probe import Probe
                from engine.watch.recorder import Recorder

                to = Recorder(self._place, *self._fds)
                probe = Probe(
                    to.show,
                    report=to.report,
                    record=to.record,
                    note=to.note,
                    tick=to.tick,
                    may_rest=True,
                    is_closer=True,
                )
                probe.__enter__()
                self._take_off, self._send_rest = probe.__exit__, to.finish
            self._follow_spawned()
        except Exception as error:
            self._cannot(error)

    def finish(self) -> None:
        """Send what is left; a fault of ours must not change how the script ends."""
        if self._take_off is None:
            return
        try:
            with OURS.shown():
                self._take_off()
                self._send_rest()
        except Exception:
            return

    def _cannot(self, error: Exception) -> None:
        """Say it where we speak, not where the script does."""
        import json
        from contextlib import suppress

        words = f"Tocha cannot watch this torch: {type(error).__name__}: {error}"
        with suppress(OSError):
            line = json.dumps({"type": "noted", "about": "", "text": words})
            os.write(self._fds[0], line.encode() + b"\n")

    # Other processes of the script

    def _follow_spawned(self) -> None:
        """Processes that `multiprocessing` starts as fresh interpreters are watched too."""
        from functools import wraps
        from multiprocessing import spawn

        prepared, place = spawn.get_preparation_data, self._place

        @wraps(prepared)
        def get_preparation_data(name: str) -> dict[str, object]:
            return prepared(name) | {"tocha": _Joining(place)}

        spawn.get_preparation_data = get_preparation_data

    def _follow_launched(self, module: ModuleType) -> None:
        """So are those that ``torchrun`` starts."""
        with OURS.shown():
            from engine.watch.starting import environment

        handler, place = module.SubprocessHandler, self._place
        popen = handler._popen

        def _popen(launcher: object, args: tuple[str, ...], env: dict[str, str]) -> object:
            is_python = args[0] == sys.executable
            return popen(launcher, args, environment(env, place) if is_python else env)

        handler._popen = _popen


LAUNCHER = "torch.distributed.elastic.multiprocessing.subprocess_handler.subprocess_handler"


def _boot(place: str) -> str:
    """Source text that finds us in a fresh interpreter, wherever it is."""
    return (
        f"import sys; sys.path.insert(0, {ROOT!r}); "
        f"from engine.watch import joining; sys.path.remove({ROOT!r}); joining.spawned({place!r})"
    )


class _Joining:
    """Arrives in another process as a call: it is pickled so."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return exec, (_boot(self._place),)
