"""An export with accidents: what it says is taken over, or it is refused and nothing changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings

from lessons.store import open_store
from lessons.store.snapshot import from_json, to_json
from tests.commands.test_progress import learn
from tests.damaged import STRANGE, damaged, refusal


def exported() -> str:
    """What somebody who has learnt a little exports."""
    with tempfile.TemporaryDirectory() as place:
        store = open_store(Path(place))
        learn(store)
        text = to_json(store.snapshot()).decode()
        store.close()
    return text


NUMBERS = ["null", "1e400", "-1", "99999999999999999999", "true", "[]", "{}", '""', "0.5"]


@settings(max_examples=150, deadline=None)
@given(damaged([exported()], [*STRANGE, *NUMBERS]))
def test_a_damaged_export_is_taken_or_refused_as_a_whole(text: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        store = open_store(Path(place))
        before = store.snapshot()
        if refusal(lambda: store.merge(from_json(text.encode("utf-8", "surrogatepass")))):
            assert store.snapshot() == before
        else:
            # What was taken over can be read again, by those who use it too.
            assert from_json(to_json(store.snapshot())).rows == store.snapshot().rows
            store.settings.all()
            list(store.drafts.all())
        store.close()
