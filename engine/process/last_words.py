"""What a script has arranged for its end: its own hook for errors, and its exit handlers.

The process of a run ends without Python's own ending, which would run what the server's image has
registered too: here it is done for the script alone.
"""

from __future__ import annotations

import atexit
import sys
from contextlib import suppress

from engine.process.failure import OURS, print_plainly


def begin() -> None:
    """Forget what was arranged before: exit handlers and a hook are the script's from now on."""
    atexit._clear()
    sys.excepthook = sys.__excepthook__


def told_by_hook(error: BaseException) -> bool:
    """Let the script's own ``sys.excepthook`` tell of its error; False where it has none.

    As Python does: it is not asked about SystemExit, and a fault in it is printed.
    """
    if sys.excepthook is sys.__excepthook__ or isinstance(error, SystemExit):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    try:
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    except BaseException as fault:
        with suppress(BaseException):
            sys.stderr.write("Error in sys.excepthook:\n")
        print_plainly(fault)
        return False
    return True


def leave() -> None:
    """Run the script's exit handlers; Python prints what they raise."""
    with suppress(BaseException):
        atexit._run_exitfuncs()
