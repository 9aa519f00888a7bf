"""The picture in the app: what is sent, what the keys do, what survives a resize."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from engine.history import Series
from engine.plots import Curve, Glyphs, Ink, Options, Plot, plain
from engine.views import Grid, Line, Text, View
from tests.conftest import Opener
from tui.widgets.plot import PlotView
from tui.widgets.plot_strips import spans
from tui.widgets.plot_styles import PlotStyles, ink_variable, theme_variables

SIZE = (60, 16)


class Picture(App[None]):
    """Nothing but a picture."""

    def compose(self) -> ComposeResult:
        yield PlotView(Options("loss", "step"), glyphs=Glyphs.BRAILLE, colors="truecolor")

    @property
    def picture(self) -> PlotView:
        return self.query_one(PlotView)


def frames(n: int) -> Iterator[Sequence[Curve]]:
    """The same two curves, a little longer each time."""
    rng = np.random.default_rng(0)
    series = [Series(), Series()]
    for frame in range(n):
        steps = np.arange(frame * 7, frame * 7 + 7)
        for each in series:
            each.extend(steps, np.exp(-steps / 90) * rng.uniform(0.8, 1.2, 7))
        yield [Curve("train", series[0]), Curve("漢字", series[1])]


def shown(view: PlotView) -> str:
    """The rows of a picture as the app would send them."""
    rows = [view.render_line(row).text.rstrip() for row in range(view.size.height)]
    return "\n".join(rows)


async def test_changed_strips_add_up_to_the_whole_picture() -> None:
    app, plot = Picture(), Plot(Options("loss", "step"))
    async with app.run_test(size=SIZE):
        for content in frames(60):
            app.picture.show(content)
            expected = plain(plot.draw(content, *SIZE))
            assert shown(app.picture) == expected


async def test_only_what_changed_is_asked_to_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Picture()
    async with app.run_test(size=SIZE):
        asked: list[Region] = []
        content: Sequence[Curve] = ()
        for at, content in enumerate(frames(60)):
            if at == 59:
                refresh = app.picture.refresh
                monkeypatch.setattr(app.picture, "refresh", lambda *some, **_: asked.extend(some))
            app.picture.show(content)
        assert 0 < sum(region.area for region in asked) < SIZE[0] * SIZE[1] / 4
        asked.clear()
        app.picture.show(content)
        assert not asked
        monkeypatch.setattr(app.picture, "refresh", refresh)


async def test_resize_keeps_the_picture() -> None:
    app = Picture()
    async with app.run_test(size=SIZE) as pilot:
        content = list(frames(20))[-1]
        app.picture.show(content)
        await pilot.resize_terminal(90, 24)
        await pilot.pause()
        assert shown(app.picture) == plain(Plot(Options("loss", "step")).draw(content, 90, 24))


async def test_a_picture_shown_early_is_drawn_as_soon_as_there_is_room() -> None:
    class Early(Picture):
        def compose(self) -> ComposeResult:
            view = PlotView(glyphs=Glyphs.BRAILLE)
            view.show([Text("early")])
            yield view

    app = Early()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "early" in shown(app.picture)


async def test_keys_read_zoom_and_turn() -> None:
    app = Picture()
    async with app.run_test(size=SIZE) as pilot:
        app.picture.show(list(frames(20))[-1])
        app.picture.focus()
        await pilot.press("left")
        assert "│ step 139" in shown(app.picture)
        await pilot.press("left", "escape", "+")
        assert app.picture.plot.state.zoom == 2
        await pilot.press("0")
        assert app.picture.plot.state.zoom == 1
        app.picture.show([Grid(np.zeros((3, 2, 2)))])
        await pilot.press(".")
        assert "slice [1, :, :]" in shown(app.picture)


async def test_a_key_a_picture_has_no_use_for_reaches_what_is_around_it() -> None:
    class Around(Picture):
        BINDINGS = [("down", "heard", "")]  # noqa: RUF012 - Textual's own way
        heard = 0

        def action_heard(self) -> None:
            self.heard += 1

    app = Around()
    async with app.run_test(size=SIZE) as pilot:
        app.picture.show([Text("short")])
        app.picture.focus()
        await pilot.press("down")
        assert app.heard == 1


async def test_another_theme_recolours_the_picture() -> None:
    app = Picture()
    async with app.run_test(size=SIZE) as pilot:
        app.picture.show(list(frames(20))[-1])
        dark = {segment.style for segment in app.picture.render_line(0)}
        app.theme = "textual-light"
        await pilot.pause()
        light = {segment.style for segment in app.picture.render_line(0)}
        assert not dark & light


async def test_clear_forgets_picture_and_limits() -> None:
    app = Picture()
    async with app.run_test(size=SIZE):
        app.picture.show([Line([0.0, 1.0], [0.0, 1e6])])
        app.picture.clear()
        assert shown(app.picture).strip() == ""
        app.picture.show([Line([0.0, 1.0], [0.0, 1.0])])
        assert "1M" not in shown(app.picture)


async def test_showing_nothing_takes_the_picture_away() -> None:
    app = Picture()
    async with app.run_test(size=SIZE):
        app.picture.show([Text("here")])
        app.picture.show([])
        assert shown(app.picture).strip() == ""


def test_spans_join_what_is_near_and_spare_wide_characters() -> None:
    changed = np.zeros(60, bool)
    changed[[3, 5, 40]] = True
    halves = np.zeros(60, bool)
    halves[[40, 6]] = True
    assert spans(changed, halves, 12) == [(3, 7), (39, 41)]


def test_a_theme_may_name_the_colours() -> None:
    styles = PlotStyles(Style(), {ink_variable(Ink.FIT): "#123456"}, dark=True, colors="truecolor")
    color = styles[Ink.FIT << 8].color
    assert color is not None
    assert color.get_truecolor().hex == "#123456"
    assert {"plot-series-1", "plot-heat-16", "plot-warning"} <= set(theme_variables(dark=True))


@pytest.mark.parametrize("colors", ["16", "none"])
async def test_papers_are_shades_where_colours_are_few(colors: str) -> None:
    class Few(Picture):
        def compose(self) -> ComposeResult:
            yield PlotView(Options(compact=True), glyphs=Glyphs.BRAILLE, colors=colors)

    app = Few()
    async with app.run_test(size=SIZE):
        view: View = Grid(np.arange(1.0, 17.0).reshape(4, 4))
        app.picture.show([view])
        assert set("░▒▓█") <= set(shown(app.picture))


LIVE = """
from tests.plots.test_widget import Picture, frames
class Live(Picture):
    def on_mount(self):
        self.frames = iter(frames(80))
        self.set_interval(1 / 60, self.tick)
    def tick(self):
        content = next(self.frames, None)
        if content is not None:
            self.picture.show(content)
Live().run()
"""


@pytest.mark.cold
def test_a_real_terminal_shows_the_picture_after_many_small_changes(open_terminal: Opener) -> None:
    plot = Plot(Options("loss", "step"))
    drawn = [plain(plot.draw(content, *SIZE)) for content in frames(80)]
    columns, rows = SIZE
    terminal = open_terminal(sys.executable, "-c", LIVE, columns=columns, rows=rows)
    terminal.until(lambda terminal: terminal.text == drawn[-1])
