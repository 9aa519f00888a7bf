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


def told(**series: tuple[list[float], list[float]]) -> dict[str, str]:
    script = watched()
    named = {name.replace("_2", " 2"): both for name, both in series.items()}
    script.hear([Samples(name=name, steps=x, values=y) for name, (x, y) in named.items()])
    return dict(script.numbers())


def test_a_number_of_another_step_says_of_which() -> None:
    steps = [float(n) for n in range(1, 81)]
    numbers = told(loss=(steps, steps), lr=([1.0, 71.0], [0.1, 0.05]), grad_norm=([67.0], [0.5]))
    assert numbers["step"] == "80"
    assert numbers["lr"] == "0.05"
    assert numbers["grad_norm"] == "0.5 at step 67"
    assert told(loss=(steps, steps), grad_norm=([80.0], [0.5]))["grad_norm"] == "0.5"


def test_losses_that_take_turns_are_both_of_now_and_one_that_is_over_is_not() -> None:
    odd, even = [1.0, 3.0, 5.0], [2.0, 4.0, 6.0]
    both = told(loss=(odd, odd), loss_2=(even, even), lr=([1.0], [0.1]), lr_2=([2.0], [0.2]))
    assert (both["loss"], both["loss 2"], both["lr"], both["lr 2"]) == (
        "5.000",
        "6.000",
        "0.1",
        "0.2",
    )
    first, second = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    over = told(
        loss=(first, first), loss_2=(second, second), lr=([1.0], [0.1]), lr_2=([4.0], [0.2])
    )
    assert (over["loss"], over["loss 2"], over["lr 2"]) == ("3.000 at step 3", "6.000", "0.2")
    assert "lr" not in over


def test_steps_without_a_loss_are_counted_by_the_rate() -> None:
    numbers = told(lr=([1.0, 30.0], [0.1, 0.1]))
    assert (numbers["step"], numbers["lr"]) == ("30", "0.1")
