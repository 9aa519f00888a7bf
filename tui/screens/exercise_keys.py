"""The keys of an exercise: outside the text letters do as well."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("ctrl+r", "check", "Check", key_display="^r", priority=True, id="check"),
    Binding("r", "check", "Check", show=False, id="check-here"),
    Binding("f4", "hint", "Hint", key_display="F4", id="hint"),
    Binding("h", "hint", "Hint", show=False, id="hint-here"),
    Binding("enter,i", "write", "Write", key_display="enter", id="write"),
    Binding("ctrl+t", "turn_tab", "Side", key_display="^t", priority=True, id="tab"),
    Binding("v", "turn_tab", "Other side", show=False, id="tab-here"),
    Binding("ctrl+g,g", "read_on", "Why", key_display="^g", id="read-on"),
    Binding("s", "solution", "Solution", id="solution"),
    Binding("f9", "own_editor", "Editor", key_display="F9", id="own-editor"),
    Binding("e", "own_editor", "Editor", show=False, id="own-editor-here"),
    Binding("d", "begin_anew", "Reset", id="begin-anew"),
    Binding("slash", "find", "Find", show=False, id="find"),
    Binding("ctrl+s", "save", "Save", show=False, id="save"),
    Binding("ctrl+n", "other(1)", "Next", show=False, priority=True, id="next"),
    Binding("n,right_square_bracket", "other(1)", "Next", show=False, id="next-here"),
    Binding("ctrl+o", "other(-1)", "Back", show=False, priority=True, id="back"),
    Binding("p,left_square_bracket", "other(-1)", "Before", show=False, id="back-here"),
    Binding("escape", "leave", "Leave", key_display="esc", id="leave"),
    Binding("f5", "scope", "Microscope", key_display="F5", id="scope"),
    Binding("m", "scope", "Microscope", show=False, id="scope-here"),
]
