"""The run before as a ghost: shown behind the curves, switched off and on by a key."""

from __future__ import annotations

from textual.app import App, ComposeResult

from engine.plots import Curve
from lessons.format import catalog
from tests.tui.test_live_run import LOSS, STARTED, watched
from tui.screens.help import KEYS as HELP
from tui.screens.lesson_keys import KEYS
from tui.widgets.plot import PlotView
from tui.widgets.stage import Stage


class Theatre(App[None]):
    """Nothing but a stage."""

    def compose(self) -> ComposeResult:
        yield Stage()


async def test_the_ghost_goes_and_comes_back() -> None:
    app = Theatre()
    async with app.run_test(size=(100, 40)) as pilot:
        stage = app.query_one(Stage)
        await stage.set_experiment(catalog.experiment("training.fit"))
        await pilot.pause()
        stage.show(watched(STARTED, LOSS), watched(STARTED, LOSS), now=True)

        def ghosts() -> int:
            shown = [each for view in app.query(PlotView) for each in view.content]
            return sum(isinstance(each, Curve) and each.ghost is not None for each in shown)

        assert ghosts() == 1
        stage.toggle_ghost()
        assert ghosts() == 0
        stage.toggle_ghost()
        assert ghosts() == 1


def test_its_key_is_free_and_in_the_help() -> None:
    keys = [key for binding in KEYS for key in binding.key.split(",")]  # type: ignore[union-attr]
    assert keys.count("b") == 1
    assert any(key == "b" for rows in HELP.values() for key, _ in rows)
