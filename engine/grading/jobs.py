"""Jobs with a learner's code: grade an answer, or run a script; its errors are explained."""

from __future__ import annotations

from engine import doctor
from engine.doctor.needs import unmet
from engine.grading import verdicts
from engine.probe import scripts
from engine.process import learner_module, run_folder
from engine.process.build import Unavailable
from engine.process.control import Control, Stopped
from engine.process.feed import Feed
from engine.process.protocol import Check, Script, Start
from engine.process.torch_build import this_build
from engine.scope import microscope


def perform(start: Start, feed: Feed, control: Control) -> None:
    """Do the job; what its code raises is explained, then raised again.

    Raises:
        Unavailable: the job needs what this build or this machine does not have.
    """
    job = start.job
    assert isinstance(job, Check | Script)
    if isinstance(job, Script) and job.needs and (lack := unmet(job.needs, this_build())):
        raise Unavailable(lack)
    learner_module.limit_files()
    with microscope.over(start, job, feed, control) as raised:
        try:
            if isinstance(job, Check):
                run_folder.enter()
                verdicts.Judge(job, start.run_id, feed, start.seed, raised).run()
            else:
                scripts.run(job, start.run_id, feed, control)
        except (Stopped, KeyboardInterrupt):
            raise
        except BaseException as error:
            raised(error)
            explained = doctor.examine(error, start.run_id)
            if explained is not None:
                feed.send(explained)
            raise
