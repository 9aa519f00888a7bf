"""The keys of a lesson's page, and when they mean something."""

from __future__ import annotations

from textual.binding import Binding, BindingType

RUN_ACTIONS = {"before", "edit_copy", "run", "step", "code", "toggle_run", "defaults", "other_side"}
"""Actions of pages with an experiment."""

KEYS: list[BindingType] = [
    Binding("r", "run", "Run", id="run"),
    Binding("ctrl+r", "toggle_run", "Run or stop", show=False, priority=True, id="toggle-run"),
    Binding("space", "pause", "Pause", id="pause"),
    Binding("s", "step", "Step", id="step"),
    # With a second key each: in a knob and a picture the arrows do something else.
    Binding("left,less_than_sign", "stop_back", "Step back", key_display="←", id="step-back"),
    Binding("right,greater_than_sign", "stop_forward", "Forward", key_display="→", id="forward"),
    Binding("x", "stop", "Stop", id="stop"),
    Binding("d", "defaults", "Defaults", show=False, id="defaults"),
    Binding("c", "code", "Code", id="code"),
    Binding("e", "exercise", "Exercise", id="exercise"),
    Binding("w", "edit_copy", "Edit a copy", show=False, id="edit-copy"),
    Binding("b", "before", "Run before", show=False, id="before"),
    Binding("l", "earlier_runs", "Earlier runs", show=False, id="earlier-runs"),
    Binding("n,right_square_bracket,ctrl+n", "turn_page(1)", "Next", key_display="n", id="next"),
    Binding("p,left_square_bracket,ctrl+o", "turn_page(-1)", "Back", key_display="p", id="back"),
    Binding("ctrl+t,v", "other_side", "Read/run", key_display="v", id="other-side"),
    Binding("escape,backspace", "step_back", "Home", show=False, id="home"),
    *(Binding(str(n), f"choose({n - 1})", f"Choose {n}", show=False) for n in range(1, 7)),
]
