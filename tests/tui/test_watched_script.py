"""The state of a watched script: whatever it is called, a terminal obeys none of it."""

from __future__ import annotations

from engine.process.protocol import Finding, Noted, Samples, Shown
from engine.views import Grid, Text
from engine.watch.record import Record
from tui.state.training_series import legend
from tui.state.watched_script import WatchedScript

EVERY = "".join(map(chr, [*range(32), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x2028, 0xD800]))
SEQUENCES = "\x1b]52;c;aGk=\x07\x1bP+q\x1b\\\x1b[2J\x9b31m" + EVERY


def is_harmless(text: str) -> bool:
    return all(letter.isprintable() for letter in text.replace("\n", ""))


def watched() -> WatchedScript:
    record = Record(number=1, title=f"t{SEQUENCES}", command=[], folder="", started=0.0)
    return WatchedScript(record)


def test_no_name_holds_an_escape_sequence() -> None:
    script = watched()
    script.hear(
        [
            Samples(name=f"loss {SEQUENCES}", steps=[1.0], values=[2.0]),
            Shown(view=Grid([[1.0]], name=SEQUENCES, plot=f"p{SEQUENCES}")),
            Shown(view=Text(SEQUENCES, name=SEQUENCES, plot="text")),
            Finding(rule="x", title=SEQUENCES, says=SEQUENCES, fix=SEQUENCES),
            Noted(about="", text=SEQUENCES),
            Noted(about="loss", text=SEQUENCES),
        ]
    )
    words = [script.title, script.note, *script.series, *script.meanings.values()]
    for plot, views in script.views.items():
        words += [plot, *views]
        for view in views.values():
            words += [value for value in vars_of(view) if isinstance(value, str)]
    for finding in script.findings.values():
        words += [finding.title, finding.says, finding.fix]
    words += [name for name, _ in script.numbers()]
    words += [picture.title for picture in script.pictures()]
    assert len(words) > 12
    assert all(map(is_harmless, words))


def vars_of(view: object) -> list[object]:
    return [getattr(view, name) for name in getattr(view, "__struct_fields__", ())]


def test_a_legend_says_what_a_loss_is() -> None:
    script = watched()
    script.hear([Noted(about="loss", text="mean of 4 backward passes")])
    assert legend("loss", script.meanings) == "loss (mean of 4 backward passes)"
    script.hear([Noted(about="loss", text="")])
    assert legend("loss", script.meanings) == "loss"


def test_a_note_is_taken_back() -> None:
    script = watched()
    script.hear([Noted(about="", text="No backward pass was seen.")])
    assert script.note
    script.hear([Noted(about="", text="")])
    assert not script.note
