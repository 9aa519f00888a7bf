"""What an error or a silent fault means: title, at most three sentences, a fix, a page to read."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from engine.process.protocol import Explained, Finding
from lessons.format.catalog import page_in_words
from tui.state.museum import Elsewhere
from tui.terminal.escape import escaped
from tui.widgets.wording import ticked

Told = Explained | Finding

ERROR, FAULT, ELSEWHERE = ("✗ ", "$error"), ("▲ ", "$warning"), ("○ ", "$text-muted")
"""The sign in front: something was raised, is wrong without a word, or cannot be had here."""

SIGNS = ((Finding, FAULT), (Elsewhere, ELSEWHERE))


class ExplainedPanel(Static):
    """Shows one explanation; hidden while there is none."""

    DEFAULT_CSS = """
    ExplainedPanel {
        height: auto; padding: 0 2; background: $surface;
        border-left: wide $error;
        &.-fault { border-left: wide $warning; }
        &.-elsewhere { border-left: wide $text-muted; }
    }
    """

    def __init__(self, id: str | None = "explained") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, markup=False)
        self.shown: Told | None = None
        """What is explained at the moment."""
        self.display = False

    def show(self, told: Told | None) -> None:
        """Explain this; with None, nothing."""
        if told == self.shown:
            return
        self.shown = told
        self.display = told is not None
        self.set_class(isinstance(told, Finding), "-fault")
        self.set_class(isinstance(told, Elsewhere), "-elsewhere")
        self.update(explanation(told) if told is not None else "")


class Explanations(VerticalScroll):
    """A panel for each thing that is explained; has the class ``-told`` while there is one."""

    async def show(self, told: Sequence[Told]) -> bool:
        """Explain these, in this order; whether they are others than before."""
        if [panel.shown for panel in self.query(ExplainedPanel)] == list(told):
            return False
        async with self.batch():
            await self.remove_children()
            panels = [ExplainedPanel(id=None) for _ in told]
            await self.mount_all(panels)
            for panel, each in zip(panels, told, strict=True):
                panel.show(each)
        self.set_class(bool(told), "-told")
        return True


def explanation(told: Told, key: str = "") -> Content:
    """Title, sentences, fix and page as they stand on the screen; ``key`` opens the page."""
    sign = next((sign for kind, sign in SIGNS if isinstance(told, kind)), ERROR)
    where = f"   step {told.step}" if isinstance(told, Finding) and told.step else ""
    title = Content.assemble(sign, (escaped(told.title), "bold"), (where, "$text-muted"))
    parts = [title, ticked(told.says)]
    if told.fix:
        parts.append(ticked(told.fix, "$success"))
    if told.page:
        page = (page_in_words(told.page), "$text-muted")
        parts.append(Content.assemble((f"{key} " if key else "", "bold $primary"), page))
    return Content("\n").join(parts)
