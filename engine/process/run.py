"""A run: iterate an experiment in a process of its own and send what it shows."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import textwrap
import warnings
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import Any, NoReturn

import msgspec

from engine.process import child, gpu_holders, last_words, learner_module, run_folder
from engine.process.build import Unavailable
from engine.process.control import Control, Stopped
from engine.process.failure import failed, print_plainly, whole_story
from engine.process.feed import Feed
from engine.process.outbox import Outbox
from engine.process.own_path import theirs_again
from engine.process.protocol import (
    DEAF,
    AnyJob,
    Experiment,
    Paused,
    Printed,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    RunUnavailable,
    Script,
    Start,
)
from engine.process.single_step import SingleStep
from engine.views import Scalars

LAST_WORDS_SECONDS = 30.0
"""How long a run that has ended waits for its reader."""

MOST_WARNING = 200
"""Characters of a warning that an experiment raises: its pictures are what one came for."""

GPU_SHARE = 0.5
"""Part of a CUDA device's memory a run may take: others learn on it too."""


def find(job: Experiment) -> Callable[..., Any]:
    """The experiment function; raises ImportError or AttributeError with its name."""
    name = job.topic if "." in job.topic else f"engine.experiments.{job.topic}"
    module = importlib.import_module(name)
    function: Callable[..., Any] = getattr(module, job.function)
    return function


def perform(start: Start, feed: Feed, control: Control) -> None:
    """Do the job to its end; raises `Stopped` when asked to."""
    if isinstance(start.job, Experiment):
        warnings.formatwarning = brief
        iterate(find(start.job)(**start.job.knobs), feed, control, start)
    else:
        # Here: an experiment in an interpreter of its own need not wait for it.
        from engine.grading import jobs

        jobs.perform(start, feed, control)


def brief(message: Warning | str, category: type[Warning], *_: Any, **_where: Any) -> str:
    """A warning without where it was raised: of an experiment that is nobody's own code."""
    text = textwrap.shorten(str(message), MOST_WARNING, placeholder=" …")
    return f"{category.__name__}: {text}\n"


def iterate(experiment: Any, feed: Feed, control: Control, start: Start) -> None:
    """Drive a generator to its end; raises `Stopped` when asked to."""
    changes: dict[str, Any] | None = None
    is_held = took_step = False
    next_step = perf_counter()
    step = SingleStep(experiment)
    waiting: Any = None  # a view that came with the step before, and is the next one's first
    try:
        while True:
            if control.paused:
                feed.flush()
                if took_step or not control.single_step:
                    feed.send(Paused(start.run_id, step=feed.steps, lines=step.taken()))
                    feed.flush()
                    is_held, took_step = True, False
                    control.wait()
                changes = control.taken() or changes
            if is_held and not control.paused:
                is_held = False
                feed.send(Resumed(start.run_id))
            if waiting is None:
                try:
                    waiting = (step if control.single_step else experiment).send(changes)
                except StopIteration:
                    return
                changes = None
                if control.single_step and step.is_over_before(waiting):
                    took_step = control.step_taken()
                    continue
            view, waiting = waiting, None
            now = feed.take(view)
            if control.single_step and step.ends_with(view, alone=control.one_view):
                took_step = control.step_taken()
            if start.pace and isinstance(view, Scalars):
                next_step = max(next_step + 1 / start.pace, now)
                feed.flush_before(next_step)
                control.rest(next_step)
            if now >= control.due:
                control.poll(now)
                changes = control.taken()
    finally:
        experiment.close()


def wanted_device(job: AnyJob) -> str:
    """The device a job will ask for, "auto" when that cannot be known."""
    if isinstance(job, Experiment):
        return str(job.knobs.get("device", "cpu"))
    return "auto" if isinstance(job, Script) else "cpu"


def bound_resources(start: Start, memory: int) -> None:
    """Memory and threads. CUDA reserves far more address space than it uses: there the server's
    watch over resident memory has to do, and the device's allocator gets a share."""
    import torch

    torch.set_num_threads(1)
    device = wanted_device(start.job)
    if child.wants_accelerator(device):
        child.limit_memory(0)
        index = torch.device(device).index if str(device).startswith("cuda") else None
        torch.cuda.set_per_process_memory_fraction(GPU_SHARE, index or 0)
    else:
        child.limit_memory(memory)


def execute(start: Start, feed: Feed, control: Control) -> None:
    """Run the job and say how it ended."""
    began = perf_counter()

    def ended(kind: type[RunFinished] | type[RunStopped]) -> RunFinished | RunStopped:
        final = feed.closing()
        return kind(start.run_id, final=final, steps=feed.steps, seconds=perf_counter() - began)

    raised: BaseException | None = None
    try:
        perform(start, feed, control)
        last: RunFinished | RunStopped | RunFailed | RunUnavailable = ended(RunFinished)
    except (Stopped, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        last = ended(RunStopped)
    except Unavailable as lack:
        last = RunUnavailable(start.run_id, reason=str(lack))
    except BaseException as error:
        # SystemExit too: a run that leaves early must say so.
        raised = error
        tell(error, start, feed)
        last = failed(start.run_id, error)
    if isinstance(start.job, Script) and not isinstance(last, RunStopped):
        last_words.leave()
    if not isinstance(start.job, Experiment):
        wind_up(start, feed)
    child.flush_output()
    feed.finish(last, LAST_WORDS_SECONDS)
    if raised is not None and feed.is_deaf:
        print_plainly(raised)


def tell(error: BaseException, start: Start, feed: Feed) -> None:
    """Print of an error what there is to read; raises nothing.

    More to read is no reason to lose the error itself.
    """
    with suppress(BaseException):
        if isinstance(start.job, Script) and last_words.told_by_hook(error):
            return
        if story := whole_story(error) + gpu_holders.told(error):
            feed.send(Printed(start.run_id, text=story))


def wind_up(start: Start, feed: Feed) -> None:
    """Say what a learner's code left behind, and remove its files; raises nothing."""
    with suppress(Exception):
        if sentence := learner_module.left_behind():
            feed.send(Printed(start.run_id, text=f"{sentence}\n"))
    with suppress(Exception):
        run_folder.leave()


def main(start: Start, *, events: int, control: int, memory: int) -> NoReturn:
    """The whole life of a run's process, from the first event to its exit."""
    outbox = Outbox(events)
    feed = Feed(start.run_id, outbox, start.fps)
    try:
        feed.send(RunStarted(start.run_id, pid=os.getpid()))
        outbox.pump()
        bound_resources(start, memory)
        child.seed_everything(start.seed)
        execute(start, feed, Control(control, paused=start.paused))
    except KeyboardInterrupt:
        pass  # asked to end before it had begun: the server tells so
    except BaseException as error:
        print_plainly(error)
    finally:
        # Not sys.exit: threads and exit handlers of the server's image must not run here.
        os._exit(DEAF if outbox.closed else 0)


def fresh(events: int, control: int, memory: int, parent: int) -> NoReturn:
    """Where fork is not safe: the same run in an interpreter of its own."""
    child.die_with_parent(parent)
    # The server ignores the interrupt, and a new program inherits that.
    child.reset_signals()
    start = msgspec.json.decode(sys.stdin.buffer.read(), type=Start)
    child.open_standard_streams(1)
    os.nice(10)
    main(start, events=events, control=control, memory=memory)


if __name__ == "__main__":
    theirs_again()
    fresh(*(int(word) for word in sys.argv[1:5]))
