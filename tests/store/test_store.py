import math
import os
import stat
from array import array
from pathlib import Path

import pytest

from lessons.format.knobs import Value
from lessons.store import (
    Curve,
    Place,
    Prediction,
    Run,
    RunState,
    Store,
    data_folder,
    in_memory,
    open_store,
)


def answer(*, correct: bool, page: str = "A leaf") -> Prediction:
    return Prediction(
        lesson="autograd", page=page, chosen="2.0", answer="4.0", correct=correct, at=7.0
    )


def test_the_folder_is_chosen_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOCHA_HOME", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    monkeypatch.delenv("TOCHA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder().name == "tocha"


def test_nobody_else_may_read_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        open_store(folder).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_the_folder_can_be_made_under_any_umask(folder: Path) -> None:
    before = os.umask(0o777)
    try:
        open_store(folder).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_pages(store: Store) -> None:
    store.pages.see("autograd", "A leaf")
    store.pages.see("autograd", "A graph", done=True)
    store.pages.see("autograd", "A graph")
    pages = {page.page: page for page in store.pages.all()}
    assert pages["A leaf"].done is None
    assert pages["A graph"].done is not None


def test_the_last_place_is_the_one_left_last(store: Store) -> None:
    assert store.places.last() is None
    knobs: dict[str, Value] = {"lr": 0.1, "epochs": 50, "activation": "Tanh", "normalise": True}
    store.places.leave(Place("training", "A bend", 1, knobs, 2, "some-run"))
    store.places.leave(Place("autograd", "A leaf"))
    assert store.places.last() == Place("autograd", "A leaf")
    store.places.leave(Place("training", "A bend", 1, knobs, 2, "some-run"))
    last = store.places.last()
    assert last == Place("training", "A bend", 1, knobs, 2, "some-run")
    assert last is not None
    assert [type(value) for value in last.knobs.values()] == [float, int, str, bool]


def test_every_answer_is_kept_in_order(store: Store) -> None:
    first, second = answer(correct=False), answer(correct=True)
    for one in (first, second, second):
        store.predictions.add(one)
    assert store.predictions.all("autograd") == [first, second]
    assert store.predictions.all("training") == []


def test_exercises(store: Store) -> None:
    name = "training/first-loop"
    assert store.exercises.of(name).attempts == 0
    store.exercises.attempt(name, passed=False)
    store.exercises.hint(name)
    store.exercises.hint(name)
    store.exercises.attempt(name, passed=True)
    store.exercises.attempt(name, passed=False)
    store.exercises.show_solution(name)
    state = store.exercises.of(name)
    assert (state.attempts, state.hints) == (3, 2)
    assert state.passed is not None
    assert state.solution_seen is not None
    assert list(store.exercises.all()) == [name]


def test_each_session_has_its_own_draft_and_the_newest_is_opened(store: Store) -> None:
    store.drafts.save("training/first-loop", "a", "morning")
    store.drafts.save("training/first-loop", "b", "evening")
    store.drafts.save("training/first-loop", "ab", "morning")
    latest = store.drafts.latest("training/first-loop")
    assert latest is not None
    assert latest.text == "ab"
    assert [draft.text for draft in store.drafts.all("training/first-loop")] == ["ab", "b"]
    assert store.drafts.latest("training/other") is None


@pytest.mark.parametrize("text", ["", "\0 nul", "αβγ → ∂", "\r\n", "x" * 1_000_000])
def test_a_draft_comes_back_as_it_was(store: Store, text: str) -> None:
    store.drafts.save("scratch", text, "s")
    latest = store.drafts.latest("scratch")
    assert latest is not None
    assert latest.text == text


def test_a_draft_that_is_no_text_is_kept_all_the_same(store: Store) -> None:
    store.drafts.save("scratch", "a\ud800b", "s")
    latest = store.drafts.latest("scratch")
    assert latest is not None
    assert latest.text == "a\N{REPLACEMENT CHARACTER}b"


def test_a_run_comes_back_with_its_curves_and_pictures(store: Store) -> None:
    run = Run(
        experiment="training.fit",
        knobs={"lr": 0.001, "epochs": 50, "activation": "none"},
        seed=3,
        device="cuda:0",
        versions={"torch": "2.13.0", "python": "3.11.7", "tocha": "0.1.0"},
        state=RunState.STOPPED,
        seconds=2.5,
        steps=10_000,
        final={"loss": None, "mse": 0.5},
    )
    exact = Curve("mse", [1, 2, 3], [0.1, math.nan, -math.inf], length=3)
    thinned = Curve("loss", [99, 199], [1.0, 0.5], [0.5, 0.1], [9.0, 2.0], length=10_000)
    empty = Curve("never", [], [])
    store.runs.add(run, [exact, thinned, empty], [b"\0\1", b"{}"])
    assert store.runs.all("training.fit") == [run]
    assert store.runs.get(run.uid) == run
    first, second, third = store.runs.curves(run.uid)
    assert first.steps == array("d", [1, 2, 3])
    assert repr(list(first.values)) == "[0.1, nan, -inf]"
    assert not len(first.low)
    assert (list(second.low), list(second.high)) == ([0.5, 0.1], [9.0, 2.0])
    assert second.length == 10_000
    assert not len(third.steps)
    assert store.runs.views(run.uid) == [b"\0\1", b"{}"]


def test_a_deleted_run_takes_its_curves_along(store: Store) -> None:
    run = Run(experiment="training.fit", knobs={})
    store.runs.add(run, [Curve("loss", [1], [2], length=1)], [b"view"])
    store.runs.delete(run.uid)
    assert store.runs.all() == []
    assert store.runs.curves(run.uid) == []
    assert store.runs.views(run.uid) == []


def test_settings(store: Store) -> None:
    store.settings.set("theme", "daylight")
    store.settings.set("seconds", 1.0)
    store.settings.set("theme", "ember")
    assert store.settings.all() == {"theme": "ember", "seconds": 1.0}


def test_forgetting_a_lesson_leaves_the_others_and_the_runs(store: Store) -> None:
    run = Run(experiment="training.fit", knobs={})
    for lesson in ("training", "training2"):
        store.pages.see(lesson, "p", done=True)
        store.places.leave(Place(lesson, "p"))
        store.exercises.attempt(f"{lesson}/e", passed=True)
        store.drafts.save(f"{lesson}/e", "text", "s")
        store.predictions.add(
            Prediction(lesson=lesson, page="p", chosen="a", answer="b", correct=False)
        )
    store.runs.add(run)
    assert store.forget("training") == 5
    assert [page.lesson for page in store.pages.all()] == ["training2"]
    assert store.places.of("training") is None
    assert list(store.exercises.all()) == ["training2/e"]
    assert [draft.name for draft in store.drafts.all()] == ["training2/e"]
    assert [one.lesson for one in store.predictions.all()] == ["training2"]
    assert store.runs.all() == [run]


def test_a_change_is_whole_or_not_at_all(store: Store) -> None:
    def halfway() -> None:
        with store.change():
            store.pages.see("a", "b")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        halfway()
    assert store.pages.all() == []
    store.pages.see("a", "b")
    assert len(store.pages.all()) == 1


def test_a_copy_in_memory_holds_the_same(store: Store, folder: Path) -> None:
    store.pages.see("a", "b")
    copy = store.in_memory()
    copy.pages.see("a", "c")
    assert len(copy.pages.all()) == 2
    assert len(store.pages.all()) == 1
    assert in_memory().pages.all() == []
