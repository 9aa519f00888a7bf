"""What is kept of a learner's work: one SQLite file in the data folder.

``open_store()`` gives a `Store`; every method of it is synchronous and takes milliseconds. What can
go wrong with a disk arrives as a `Fault` whose text is a sentence for the learner.

What belongs here: tables and files. What follows from their rows is in ``lessons.learner``.
"""

from lessons.store.faults import Damaged, Fault, Full, Locked, Moved, Newer, ReadOnly
from lessons.store.folder import REPORTS, data_folder, private_folder, touch_private
from lessons.store.records import (
    Curve,
    Draft,
    ExerciseState,
    PageState,
    Place,
    Prediction,
    Review,
    Run,
    RunState,
)
from lessons.store.store import Store, in_memory, open_store, read_copy

__all__ = [
    "REPORTS",
    "Curve",
    "Damaged",
    "Draft",
    "ExerciseState",
    "Fault",
    "Full",
    "Locked",
    "Moved",
    "Newer",
    "PageState",
    "Place",
    "Prediction",
    "ReadOnly",
    "Review",
    "Run",
    "RunState",
    "Store",
    "data_folder",
    "in_memory",
    "open_store",
    "private_folder",
    "read_copy",
    "touch_private",
]
