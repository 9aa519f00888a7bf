"""Jobs with a learner's code: grade an answer, or run a script; its errors are explained."""

from __future__ import annotations

from engine import doctor
from engine.grading import verdicts
from engine.probe import scripts
from engine.process import learner_module, run_folder
from engine.process.control import Control, Stopped
from engine.process.feed import Feed
from engine.process.protocol import Check, Printed, Script, Start


def perform(start: Start, feed: Feed, control: Control) -> None:
    """Do the job; what its code raises is explained, then raised again."""
    job = start.job
    assert isinstance(job, Check | Script)
    learner_module.limit_files()
    try:
        if isinstance(job, Check):
            run_folder.enter()
            verdicts.Judge(job, start.run_id, feed).run()
        else:
            scripts.run(job, start.run_id, feed, control)
    except (Stopped, KeyboardInterrupt):
        raise
    except BaseException as error:
        explained = doctor.examine(error, start.run_id)
        if explained is not None:
            feed.send(explained)
        raise
    finally:
        if sentence := learner_module.left_behind():
            feed.send(Printed(start.run_id, text=f"{sentence}\n"))
        run_folder.leave()
