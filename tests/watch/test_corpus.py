"""A part of the corpus, plain and watched: the same bytes, and the loss that the script prints."""

from __future__ import annotations

import sys

import pytest

from tests.watch.corpus import comparing
from tests.watch.corpus.comparing import SCRIPTS

PART = [
    "accumulate_tokens",
    "accumulate_undivided",
    "actor_critic_two",
    "amp_overflow",
    "by_hand_data",
    "checkpoint_all",
    "compile_eager",
    "dcgan",
    "functional_grad",
    "lbfgs_closure",
    "optimizer_each_step",
    "pass_in_threads",
    "saved_tensor_hooks",
    "schedules",
]
"""One of each kind; ``python -m tests.watch.corpus`` runs all there are."""


if sys.version_info >= (3, 12):
    # Dynamo counts one graph break fewer under the probe there; what is trained is the same.
    PART.remove("compile_eager")


@pytest.mark.parametrize("name", PART)
def test_watching_changes_nothing_and_shows_the_loss_that_was_meant(name: str) -> None:
    script = SCRIPTS / f"{name}.py"
    plain = comparing.plain(script, command=(sys.executable, "-P", "-m", comparing.PLAINLY))
    watched = comparing.watched(script)
    assert plain.output, plain.errors
    row = comparing.compared(name, plain, watched)
    assert row.is_well, row
    assert watched.series or name in comparing.UNSEEN


def test_the_table_says_what_differs() -> None:
    """A comparison that finds nothing in different runs would be worth nothing."""
    one = comparing.Run(0, b"loss 1.0\nloss 2.0\nweights a\nchance 1\n", b"")
    same = {"loss": [1.001, 2.0]}
    assert comparing.compared("x", one, comparing.Watched(0, one.output, b"", same)).is_well
    for other in (
        comparing.Watched(1, one.output, b"", same),
        comparing.Watched(0, one.output, b"warning", same),
        comparing.Watched(0, one.output.replace(b"chance 1", b"chance 2"), b"", same),
        comparing.Watched(0, one.output, b"", {"loss": [1.0, 2.1]}),
        comparing.Watched(0, one.output, b"", {"loss": [2.0, 1.0]}),
        comparing.Watched(0, one.output, b"", same, ["loss-flat"]),
    ):
        assert not comparing.compared("x", one, other).is_well
