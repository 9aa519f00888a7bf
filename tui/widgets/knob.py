"""A knob: one value in one row, turned with the arrow keys or typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from lessons.format.knobs import Knob, Value
from tui.widgets.knob_scale import HERE, positions, scale, value_at

LIVE = "↻"
"""Marks a knob that a run obeys at once."""

Piece = tuple[str, str]
"""A text and its style."""


def landmarks(knob: Knob) -> list[Value]:
    """Values of a knob of which one is as wide as any that its arrows come to."""
    known: list[Value] = [knob.default, *knob.choices]
    if knob.kind not in ("float", "int") or knob.low is None or knob.high is None:
        return known
    ends: list[Value] = [knob.low, knob.high]
    if knob.kind == "int":
        ends = [round(knob.low), round(knob.high)]
    between: list[Value] = [0.0005] if knob.log and knob.kind == "float" else []
    return [*known, *ends, knob.step(knob.low, 1), knob.step(knob.high, -1), *between]


def broken(pieces: Iterable[Piece], width: int) -> Iterator[Piece]:
    """The same pieces in rows of this many cells: a long expression has no word to break at."""
    left = width
    for text, style in pieces:
        while len(text) > left:
            yield f"{text[:left]}\n", style
            text, left = text[left:], width
        yield text, style
        left -= len(text)


class Parts(NamedTuple):
    """A knob's row, piece by piece."""

    name: str
    value: str
    scale: str
    """Where in its range the value is; empty where there is no such thing."""
    live: str
    """Says so of a knob that a run obeys at once."""


class KnobRow(Widget, can_focus=True):
    """Name and value of a knob. Left and right turn it, enter lets you type a value."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Less", show=False),
        Binding("right", "turn(1)", "More", show=False),
        Binding("minus", "turn(-1)", "Less", show=False),
        Binding("plus", "turn(1)", "More", show=False),
        Binding("up", "app.focus_previous", "Knob above", show=False),
        Binding("down", "app.focus_next", "Knob below", show=False),
    ]

    value: reactive[Value] = reactive[Value](0.0, init=False)
    typed: reactive[str | None] = reactive[str | None](None)
    """What is being typed, None when nothing is."""

    class Turned(Message):
        """The knob has a new value."""

        def __init__(self, row: KnobRow, knob: Knob, value: Value) -> None:
            super().__init__()
            self.row = row
            self.knob = knob
            self.value = value

    class Complained(Message):
        """A typed value is not allowed; the text says what is."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, knob: Knob) -> None:
        super().__init__(id=f"knob-{knob.name.replace('_', '-')}")
        self.knob = knob
        self._widths = 0, 0
        self.set_reactive(KnobRow.value, knob.default)
        at_once = f". {LIVE} A run obeys it at once." if knob.live else ""
        self.tooltip = f"{knob.title}: {knob.allowed}{at_once}"

    @property
    def parts(self) -> Parts:
        """What the row says now; every piece is as wide with the focus as without."""
        name, value, *rest = self._own_parts
        room, value_room = self._widths
        return Parts(name.ljust(room), value.ljust(value_room), *rest)

    @property
    def _own_parts(self) -> Parts:
        knob, ends = self.knob, "‹›" if self.has_focus and self.typed is None else "  "
        value = self.knob.said(self.value) if self.typed is None else f"{self.typed}▏"
        value = f"{ends[0]}{value}{ends[1]}".ljust(self._value_width + 2)
        marks = scale(knob, self.value)
        live = LIVE if knob.live else ""
        return Parts(f"{knob.title} ", value, marks and f"{marks} ", live)

    @property
    def own_widths(self) -> tuple[int, int, int]:
        """The cells that name, value, and all behind them need."""
        name, value, *rest = self._own_parts
        return len(name), len(value), len("".join(rest).rstrip())

    @property
    def natural_width(self) -> int:
        """The cells in which nothing of the row has to be left out."""
        return sum(self.own_widths)

    def line_up(self, name: int, value: int) -> None:
        """Give name and value at least so many cells."""
        if self._widths != (name, value):
            self._widths = name, value
            self.refresh()

    def render(self) -> Content:
        """One row, more of them where the text is wider than all there is: "lr ‹ 0.1 › ──●──"."""
        name, value, marks, live = self.parts
        is_set = self.value != self.knob.default or self.typed is not None
        ink = ("bold " if is_set else "") + ("$primary" if self.has_focus else "$foreground")
        track, dot, rest = marks.partition(HERE)
        pieces = [(name, "$text-muted"), (value, ink), (track, "$text-muted"),
                  (dot, "$primary"), (rest, "$text-muted"), (live, "$success")]  # fmt: skip
        return Content.assemble(*broken(pieces, max(self.size.width, 1)))

    @property
    def _value_width(self) -> int:
        """Cells of the widest value one can turn to, and of the one there is."""
        widths = [len(self.knob.said(value)) for value in (self.value, *landmarks(self.knob))]
        return max([*widths, len(self.typed or "") + 1])

    def _paint(self) -> None:
        """Paint again; where a value became wider than its place, with other places."""
        self.refresh(layout=self.natural_width > self.size.width * self.size.height)

    def watch_value(self) -> None:
        """Another value may need more room."""
        self._paint()

    def watch_typed(self) -> None:
        """So may what is being typed."""
        self._paint()

    def action_turn(self, direction: int) -> None:
        """The next value in a direction."""
        self._become(self.knob.step(self.value, direction))

    def on_click(self, event: events.Click) -> None:
        """On the scale, the value there; on the value, what enter does."""
        name, value, *_ = self.parts
        cell = event.x + self.size.width * event.y - len(name)
        on_scale = cell - len(value)
        if 0 <= on_scale < positions(self.knob):
            self.typed = None
            self._become(value_at(self.knob, on_scale))
        elif 0 <= cell < len(value) and self.typed is None:
            self.begin_to_type()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel turns a knob that has the focus; over others it scrolls."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The other way."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        if self.has_focus:
            event.stop()
            self.action_turn(direction)

    def begin_to_type(self) -> None:
        """Begin to type a value; a choice simply goes on to its next."""
        if self.knob.kind in ("choice", "bool") and not self.knob.pattern:
            self.action_turn(1)
        else:
            self.typed = ""

    def set_value(self, value: Value) -> None:
        """Take a value from elsewhere (a preset), without telling anyone."""
        self.value = value

    def check_consume_key(self, _key: str, character: str | None) -> bool:
        """While a value is typed, printable keys belong to it."""
        return self.typed is not None and bool(character and character.isprintable())

    def on_key(self, event: events.Key) -> None:
        """Typing: characters, backspace, enter, escape."""
        if self.typed is None:
            if event.key == "enter":
                # Not a binding: those wait their turn, and the first digit may be here already.
                event.stop()
                self.begin_to_type()
            return
        if event.key in ("ctrl+r", "ctrl+q"):
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self._accept(self.typed)
        elif event.key in ("escape", "tab", "up", "down"):
            self.typed = None
        elif event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.is_printable and event.character:
            self.typed += event.character

    def on_blur(self) -> None:
        """Leaving gives up what was typed."""
        self.typed = None

    def _accept(self, text: str) -> None:
        try:
            value = self.knob.parse(text)
        except ValueError:
            name = self.knob.title
            said = f"{text.strip() or 'Nothing'} is not {self.knob.allowed}"
            self.post_message(self.Complained(f"{name}: {said}. Type another, or press esc."))
            return
        self.typed = None
        self._become(value)

    def _become(self, value: Value) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Turned(self, self.knob, value))
