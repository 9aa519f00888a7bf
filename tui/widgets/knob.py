"""A knob: one value in one row, turned with the arrow keys or typed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from lessons.format.knobs import Knob, Value


def shown(value: Value) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def cut(text: str, room: int) -> str:
    """Text in at most ``room`` cells."""
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"


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
        self.set_reactive(KnobRow.value, knob.default)
        self.set_class(knob.kind == "text", "-text")
        self.tooltip = f"{knob.label or knob.name}: {knob.allowed}"

    def render(self) -> Content:
        """One row: name, value, and arrows where it has the focus."""
        name = self.knob.label or self.knob.name
        width = self.size.width
        value = shown(self.value)
        if self.typed is not None:
            value = f"{self.typed}▏"
        elif self.has_focus:
            value = f"‹ {value} ›"
        # A long text gives way to its label, down to half of the row.
        value = cut(value, max(width - len(name) - 1, width // 2))
        room = max(1, width - len(value) - 1)
        label = cut(name if len(name) <= room else self.knob.name, room)
        changed = "bold " if self.value != self.knob.default else ""
        ink = changed + ("$primary" if self.has_focus else "$foreground")
        return Content.assemble((f"{label:<{room}} ", "$text-muted"), (value, ink))

    def action_turn(self, direction: int) -> None:
        """The next value in a direction."""
        self._become(self.knob.step(self.value, direction))

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
        except ValueError as error:
            self.post_message(self.Complained(str(error)))
            return
        self.typed = None
        self._become(value)

    def _become(self, value: Value) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Turned(self, self.knob, value))
