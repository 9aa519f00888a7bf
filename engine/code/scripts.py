"""Running any script as it is, and watching what it trains."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.code import learner
from engine.process import scratch
from engine.process.control import Control
from engine.process.feed import Feed
from engine.process.protocol import Script


def run(job: Script, run_id: int, feed: Feed, control: Control) -> None:
    """Run the code the way ``python file.py`` would: as ``__main__``, beside its own modules.

    Raises:
        whatever the code raises; `learner.TimeUp` when it had a limit and passed it.
    """
    if job.file:
        folder = str(Path(job.file).resolve().parent)
        os.chdir(folder)
    else:
        folder = str(scratch.enter())
    file = job.file or "scratch.py"
    sys.argv = [file]
    sys.path.insert(0, folder)
    main = learner.module("__main__", file)
    code = learner.compiled(job.code, file)
    with learner.limited(job.seconds):
        try:
            exec(code, main.__dict__)
        except SystemExit as left:
            if left.code not in (None, 0):
                raise
