"""All keys on one page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS: dict[str, list[tuple[str, str]]] = {
    "Run": [
        ("r", "run with these knobs, again from the start"),
        ("1 … 6", "a preset or a prediction; runs at once"),
        ("space", "pause, go on"),
        ("s", "one step, then pause"),
        ("x", "stop and keep the picture"),
        ("ctrl+r", "run or stop, also while typing"),
    ],
    "Knobs": [
        ("tab, shift+tab", "next, previous knob or picture"),
        ("← →", "less, more"),
        ("enter", "type a value"),
        ("d", "all back to the page's defaults"),
    ],
    "Picture (with focus)": [
        ("arrows", "read values; scroll what is larger"),
        ("+ − 0", "zoom to the last part, out, all"),
        ("0.031", "beside a name: the mean of the newest fiftieth of its"),
        ("", "values (of fewer than 100 the last); between the dim"),
        ("", "edges lie three of five, dots are the extremes"),
        ("b", "in a lesson: the run before as dots behind, or not"),
    ],
    "Scratch page, museum": [
        ("w m", "at home: the scratch page, the museum of errors"),
        ("w", "on a run or its code: a copy of it in the editor"),
        ("ctrl+r", "run the code as it is; again: stop"),
        ("esc, then i", "out of the text, into it; outside, letters are keys"),
        ("ctrl+s", "write the file; nothing else does"),
        ("e F9", "your own editor; what you save there runs here"),
        ("g ctrl+g", "the lesson page about an error"),
        ("F4 F7", "in the museum: a repair, the code as it was"),
        ("watch(…)", "in the code shows more. It takes numbers, tensors and"),
        ("", "arrays by name: watch(accuracy=hits / n, w=layer.weight)"),
        ("", "draws a curve of the number and the tensor as a picture."),
    ],
    "Exercise": [
        ("ctrl+r", "check, or stop; outside the text r too"),
        ("F4", "one more hint; h outside the text"),
        ("F9", "your own editor; every save is checked; e"),
        ("enter", "to the text; esc leaves it"),
        ("s", "the solution: after passing, or asked twice"),
        ("d", "start over, or take that back"),
        ("g ctrl+g", "the page that explains the error"),
        ("ctrl+n ctrl+o", "next, previous exercise"),
        ("ctrl+t", "on a narrow screen: task, code, checks"),
    ],
    "Text": [
        ("tab, shift+tab", "indent, dedent the selected lines"),
        ("F8 ctrl+/", "comment out, comment in"),
        ("F3 ctrl+f", "find; enter next, ↑ previous"),
        ("ctrl+z ctrl+y", "undo, redo"),
        ("F7 ctrl+a ctrl+e", "select all; start, end of the line"),
        ("ctrl+c ctrl+x ctrl+v", "copy, cut, paste what was copied here"),
    ],
    "Around": [
        ("n ] ctrl+n", "next page"),
        ("p [ ctrl+o", "previous page"),
        ("v ctrl+t", "on a narrow screen: read or watch"),
        ("c", "the code that runs"),
        ("l", "earlier runs: overlay, compare, run again"),
        ("v", "at home: what is due for review"),
        ("t", "dark or light"),
        ("esc backspace", "back to the lessons"),
        (": F2", "command palette"),
        ("? F1", "this page"),
        ("q ctrl+q", "quit"),
    ],
}


def lines() -> Iterator[tuple[str, str]]:
    """The page, piece by piece with its styles."""
    width = max(len(key) for keys in KEYS.values() for key, _ in keys)
    for section, keys in KEYS.items():
        yield f"{section}\n", "bold $accent"
        for key, meaning in keys:
            yield f"{key:<{width}}   ", "$primary"
            yield f"{meaning}\n", ""
        yield "\n", ""


class HelpScreen(ModalScreen[None]):
    """Any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter,space", "dismiss", "Close"),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help-box"):
            yield Static(id="help")

    def on_mount(self) -> None:
        """Fill in the page."""
        self.query_one("#help", Static).update(Content.assemble(*lines()))
        self.query_one("#help-box").focus()
