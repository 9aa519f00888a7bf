"""Which tests go to one worker: those that share what is dear to make.

pytest-xdist's own groups are lost with pytest 9.2, which does not ask for the names it gives.
"""

from __future__ import annotations

from xdist.scheduler import LoadGroupScheduling

GROUPS = {
    "tests/claims/test_claims.py": "the runs of the course",
    "tests/lessons/test_predictions.py": "the runs of the course",
    "tests/exercises/test_exercises.py": "what was judged",
    "tests/process/test_backlog.py": "one at a time",
}


class ByWhatTheyShare(LoadGroupScheduling):  # type: ignore[misc]
    """The tests of a group go to one worker, all others wherever there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return GROUPS.get(nodeid.partition("::")[0]) or str(super()._split_scope(nodeid))
