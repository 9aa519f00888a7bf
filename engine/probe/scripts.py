"""Run a script as ``__main__`` under the probe: its losses, gradients and faults are seen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from engine.probe.probe import Probe
from engine.process import last_words, learner_module, run_folder
from engine.process.control import Control
from engine.process.feed import Feed
from engine.process.own_names import NamesOfFolder
from engine.process.protocol import Finding, Paused, Script


def run(job: Script, run_id: int, feed: Feed, control: Control) -> None:
    """Run the code the way ``python file.py`` would: as ``__main__``, beside its own modules.

    Raises:
        whatever the code raises; `learner_module.TimeUp` when it had a limit and passed it.
    """
    folder = str(Path(job.file).resolve().parent) if job.file else str(run_folder.enter())
    os.chdir(folder)
    file = job.file or "scratch.py"
    sys.argv = [file]
    sys.path.insert(0, folder)
    main = learner_module.module("__main__", file)
    last_words.begin()
    code = learner_module.compiled(job.code, file)

    def report(finding: Finding) -> None:
        finding.run_id = run_id
        feed.send(finding)
        feed.flush()

    watching = Probe(feed.take, report=report)
    watching.steps.after_step = obedient(run_id, feed, control, watching)
    with learner_module.Limited(job.seconds), watching:
        try:
            with learner_module.Restored(), NamesOfFolder(folder):
                exec(code, main.__dict__)
        except SystemExit as left:
            if left.code not in (None, 0):
                raise


def obedient(run_id: int, feed: Feed, control: Control, watching: Probe) -> Callable[[float], None]:
    """What happens after each step of a script: the screen's wishes are heard."""

    def after_step(now: float) -> None:
        if control.paused:
            control.step_taken()
            watching.steps.flush()
            feed.flush()
            feed.send(Paused(run_id, step=feed.steps))
            feed.flush()
            control.wait()
        if now >= control.due:
            control.poll(now)

    return after_step
