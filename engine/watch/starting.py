"""The start of a watched script: Python's own, with a word before it.

Python imports `sitecustomize` as it starts, and then runs a script, a module or an archive: frames,
flags, arguments, ``__main__`` and the way it ends are Python's doing. A folder with a module of
that name comes first on its path, by the environment; both are put back before the script is run.
Nothing is imported here that Python has not imported by itself: a script may have a ``json.py``.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

TOLD, PATH, THEIRS = "TOCHA_WATCH", "PYTHONPATH", "TOCHA_WATCH_PATH"
"""Variables: what we are told, where Python looks first, and where it looks without us."""

BOOT = f"{__file__.rpartition(os.sep)[0]}{os.sep}boot"


def environment(
    theirs: Mapping[str, str], place: str, fd: int = -1, ring: int = -1
) -> dict[str, str]:
    """Variables for a Python that is to be watched; see `engine.watch.inside.Watch`."""
    changed = dict(theirs)
    path = changed.get(PATH)
    changed[PATH] = os.pathsep.join([BOOT, path]) if path else BOOT
    if path is not None:
        changed[THEIRS] = path
    changed[TOLD] = f"{fd} {ring} {place}"
    return changed


def put_back() -> str:
    """Leave path and environment as they are without us; what we were told."""
    theirs, told = os.environ.pop(THEIRS, None), os.environ.pop(TOLD, "")
    if theirs is not None:
        os.environ[PATH] = theirs
    else:
        os.environ.pop(PATH, None)
    sys.path[:] = [each for each in sys.path if each != BOOT]
    sys.path_importer_cache.pop(BOOT, None)
    sys.modules.pop("sitecustomize", None)
    return told
