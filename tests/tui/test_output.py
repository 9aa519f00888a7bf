"""What a program printed, as it scrolls."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pytest
from textual.app import App, ComposeResult

from tui.widgets.output import Output


@dataclass
class Printed:
    """What was printed so far."""

    output: deque[str] = field(default_factory=lambda: deque(maxlen=500))
    partial: str = ""
    lost_bytes: int = 0


class Page(App[None]):
    """Nothing but output."""

    def compose(self) -> ComposeResult:
        """All of the screen."""
        yield Output()


@pytest.mark.parametrize("parts", [(100,), (600,), (3, 28), (20, 1, 200), (28, 28)])
async def test_its_end_is_in_view_however_much_comes_at_once(parts: tuple[int, ...]) -> None:
    app, printed = Page(), Printed()
    async with app.run_test(size=(40, 30)) as pilot:
        output = app.query_one(Output)
        for lines in parts:
            printed.output.extend(f"line {number}" for number in range(lines))
            output.show(printed)
        await pilot.pause()
        last = output.render_line(output.size.height - 1)
        assert last.text.strip() == f"line {parts[-1] - 1}"
