"""Code in a text of the lessons: folded where it is long, at every width, and never lost."""

from __future__ import annotations

import re

import pytest
from textual.app import App, ComposeResult

from lessons.format import catalog
from tui.terminal.theme import EMBER
from tui.widgets.source_panel import SourcePanel
from tui.widgets.words import FoldedCode, Words

CODE = """\
distances(torch.tensor([0., 10.]), torch.tensor([1., 2., 3.]))   # tensor([[1., 2., 3.]])
for x, y in loader:
    loss = nn.functional.mse_loss(model(x), y, reduction="none").mean(dim=0).sum()
"""


class Page(App[None]):
    """A text alone."""

    CSS = "FoldedCode { width: 1fr; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.register_theme(EMBER)
        self.theme = "ember"
        self.text = text

    def compose(self) -> ComposeResult:
        yield Words(self.text)


def rows(app: Page) -> list[str]:
    """The rows of the code as they are painted."""
    code = app.query_one(FoldedCode)
    lines = [code.render_line(y) for y in range(code.size.height)]
    return ["".join(part.text for part in line).rstrip() for line in lines]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", [34, 48, 120])
async def test_long_code_goes_on_below_standing_in(width: int) -> None:
    app = Page(f"As here:\n\n```python\n{CODE}```\n\nand so on.")
    async with app.run_test(size=(80, 30)) as pilot:
        for wide in (width, 150, width):  # it follows the window
            await pilot.resize_terminal(wide, 40)
            await pilot.pause()
            assert squeezed("".join(rows(app))) == squeezed(CODE)
        shown = rows(app)
        firsts = [row for row in shown if row.lstrip().startswith(("dist", "for", "loss ="))]
        assert [len(row) - len(row.lstrip()) for row in firsts] == [0, 0, 4]
        assert all(row.startswith("    ") for row in shown if row not in firsts)
        # A comment has a row of its own before the code is broken.
        assert any(row.strip().startswith("# tensor([[1.") for row in shown) == (len(shown) > 3)


class Panel(App[None]):
    """Source code alone, in half of the window."""

    CSS = "SourcePanel { width: 50%; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(EMBER)
        self.theme = "ember"

    def compose(self) -> ComposeResult:
        yield SourcePanel()


@pytest.mark.parametrize("wide", [80, 140, 240])
async def test_source_is_folded_to_its_column_even_before_it_is_told_of_it(wide: int) -> None:
    app = Panel()
    async with app.run_test(size=(160, 40)) as pilot:
        panel = app.query_one(SourcePanel)
        panel.show(CODE)
        await pilot.pause()
        told = panel.on_resize
        panel.on_resize = lambda _event: None  # type: ignore[method-assign]
        await pilot.resize_terminal(wide, 40)
        await pilot.pause()
        lines = [panel.render_line(y) for y in range(panel.size.height)]
        assert squeezed("".join(part.text for line in lines for part in line)) == squeezed(CODE)
        assert all(line.cell_length <= panel.size.width for line in lines)
        panel.on_resize = told  # type: ignore[method-assign]


async def test_all_code_of_the_exercises_is_whole_in_their_column() -> None:
    pieces = [
        code
        for exercise in catalog.exercises()
        for code in re.findall(r"```python\n(.*?)```", exercise.instructions, re.DOTALL)
    ]
    app = Page("```python\n" + "\n".join(pieces) + "```")
    async with app.run_test(size=(44, 200)):
        assert squeezed("".join(rows(app))) == squeezed("".join(pieces))


class Opened(Page):
    """Remembers what was painted first."""

    painted = ""

    def on_mount(self) -> None:
        """The screen comes after what it holds."""
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        rows = self.screen._compositor.render_strips()
        self.painted = "\n".join(row.text for row in rows)


async def test_a_text_is_in_the_first_frame_and_gives_way_to_the_next() -> None:
    app = Opened("What is **asked** here:\n\n- a list\n\n```python\nx = 1\n```\n")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert all(part in app.painted for part in ("What is asked here:", "a list", "x = 1"))
        await app.query_one(Words).update("Something else.")
        await pilot.pause()
        app._look()
        assert "Something else." in app.painted
        assert "asked" not in app.painted
        await app.query_one(Words).update("")
        await pilot.pause()
        app._look()
        assert not app.painted.strip()
