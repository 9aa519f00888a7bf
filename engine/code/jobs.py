"""What a run does with the learner's code: judge it, or run it as it is."""

from __future__ import annotations

from engine.code import doctor, learner, scripts, verdicts
from engine.process import scratch
from engine.process.control import Control, Stopped
from engine.process.feed import Feed
from engine.process.protocol import Check, Printed, Script, Start


def perform(start: Start, feed: Feed, control: Control) -> None:
    """Do the job; what its code raises is explained, then raised again."""
    job = start.job
    assert isinstance(job, Check | Script)
    learner.limit_files()
    try:
        if isinstance(job, Check):
            scratch.enter()
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
        if sentence := learner.left_behind():
            feed.send(Printed(start.run_id, text=f"{sentence}\n"))
        scratch.leave()
