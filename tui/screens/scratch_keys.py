"""Keys of the scratch page."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("ctrl+r", "toggle_run", "Run or stop", priority=True, id="toggle-run"),
    Binding("ctrl+s", "save", "Write the file", priority=True, id="save"),
    Binding("ctrl+t", "other_side", "Code/run", priority=True, id="other-side"),
    Binding("r", "run", "Run", show=False, id="run"),
    Binding("space", "pause", "Pause", id="pause"),
    Binding("s", "step", "Step", show=False, id="step"),
    Binding("f5", "scope", "Microscope", key_display="F5", id="scope"),
    Binding("m", "scope", "Microscope", show=False, id="scope-here"),
    Binding("x", "stop", "Stop", show=False, id="stop"),
    Binding("full_stop", "turn(1)", "Other picture", key_display=".", id="next-picture"),
    Binding("comma", "turn(-1)", "Picture before", show=False, id="last-picture"),
    Binding("g,ctrl+g", "read_about", "Why", key_display="g", id="read-about"),
    Binding("i,enter", "write", "Edit", key_display="i", id="edit"),
    Binding("f9", "own_editor", "Own editor", key_display="F9", id="own-editor"),
    Binding("e", "own_editor", "Own editor", show=False, id="own-editor-here"),
    Binding("escape", "leave", "Leave", show=False, id="leave"),
]
