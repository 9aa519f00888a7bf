"""Our packages come first in our own processes, whatever ``PYTHONPATH`` names before them.

Projects have packages called ``engine`` too. A process of ours is started with our folder in front;
one that then runs a script of somebody else's puts everything back first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = str(Path(__file__).parents[2])

PATH, THEIRS = "PYTHONPATH", "TOCHA_PYTHONPATH"


def ours_first(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a process of ours: the same where no other folder can come before."""
    path = environment.get(PATH, "")
    changed = dict(environment)
    if path and path.split(os.pathsep)[0] != ROOT:
        changed[THEIRS] = path
        changed[PATH] = os.pathsep.join([ROOT, path])
    return changed


def theirs_again() -> None:
    """Leave the path and the environment as they were for whoever started us."""
    path = os.environ.pop(THEIRS, None)
    if path is None:
        return
    os.environ[PATH] = path
    # Python has left out what was named twice: their places are found anew.
    theirs = list(dict.fromkeys(str(Path(each).absolute()) for each in path.split(os.pathsep)))
    sys.path[:] = theirs + [each for each in sys.path if each not in (ROOT, *theirs)]
