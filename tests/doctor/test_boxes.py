"""A traceback means the same in rich's boxes, however narrow, and in loguru's logs."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.traceback import Frame, Stack, Trace, Traceback

from engine import doctor
from engine.doctor import layouts

TORCH = "/home/mira/.venv/lib/python3.12/site-packages/torch/"
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=14)
FOLDER = st.one_of(LETTERS, st.builds("{} {}".format, LETTERS, LETTERS))
PATH = st.builds(
    lambda folders, name: "/" + "/".join([*folders, f"{name}.py"]),
    st.lists(FOLDER, min_size=1, max_size=9),
    LETTERS,
)
FRAMES = st.lists(
    st.tuples(PATH, st.integers(1, 20_000), st.one_of(LETTERS, st.just("<module>"))),
    min_size=1,
    max_size=4,
)
WIDTHS = st.integers(60, 200)

MESSAGES = {
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found "
    "<class 'NoneType'>",
    "mat1 and mat2 shapes cannot be multiplied (4x20 and 10x2)",
    f"no such file: {'checkpoints/' * 20}last.pt",
}


def drawn(trace: Trace, width: int) -> str:
    """What rich writes in a terminal, or a pipe, of so many columns."""
    to = io.StringIO()
    Console(file=to, width=width, force_terminal=False).print(Traceback(trace))
    return to.getvalue()


def traced(places: list[Any], message: str = "no") -> Trace:
    frames = [Frame(*place) for place in places]
    return Trace([Stack("RuntimeError", message, frames=frames)])


@given(FRAMES, WIDTHS)
def test_places_are_read_at_every_width(places: list[tuple[str, int, str]], width: int) -> None:
    # rich names no file that is not there.
    with tempfile.TemporaryDirectory() as folder:
        there = [(folder + path, line, function) for path, line, function in places]
        for path, *_ in there:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch()
        lines = layouts.plain(drawn(traced(there), width))
    assert [frame for line in lines if (frame := layouts.frame(line))] == there


@given(FRAMES, WIDTHS)
def test_places_in_no_file_are_read(places: list[tuple[str, int, str]], width: int) -> None:
    lines = layouts.plain(drawn(traced([("<stdin>", *rest) for _, *rest in places]), width))
    assert [frame[1:] for line in lines if (frame := layouts.frame(line))] == [
        (line, function) for _, line, function in places
    ]


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_a_message_is_read_at_every_width(message: str) -> None:
    for width in range(60, 101):
        text = drawn(traced([("/home/mira/train.py", 3, "<module>")], message), width)
        report, _ = doctor.read(text)
        assert report.message == message, width


PROGRAM = """\
import torch
from torch import nn

def evaluate(head, pictures):
    scores = head(pictures)
    return scores

evaluate(nn.Linear(10, 2), torch.rand(4, 20))
"""


@pytest.mark.parametrize("shown", [False, True], ids=["", "locals"])
@pytest.mark.parametrize("width", [60, 71, 80, 100, 133, 200])
def test_an_error_is_explained_as_python_tells_it(width: int, shown: bool, tmp_path: Path) -> None:
    file = tmp_path / "evaluate.py"
    file.write_text(PROGRAM, encoding="utf-8")
    to = io.StringIO()
    try:
        exec(compile(PROGRAM, str(file), "exec"), {})
    except RuntimeError as error:
        traceback = Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=shown
        )
        Console(file=to, width=width, force_terminal=False).print(traceback)
    report, explained = doctor.read(to.getvalue())
    assert explained is not None
    assert (explained.rule, report.file) == ("linear-features", str(file))
    assert (report.context.line, report.context.source) == (5, "scores = head(pictures)")


CUT = f"""\
╭──────────────── Traceback (most recent call last) ───────────────╮
│ /home/mira/train.py:5 in <module>                                │
│                                                                  │
│ ❱ 5 scores = head(torch.rand(4, 20).to(device), torch.ones(4), w │
│                                                                  │
│ {TORCH}nn │
│ /modules/linear.py:134 in forward                                │
╰──────────────────────────────────────────────────────────────────╯
RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x20 and 10x2)
"""


def test_code_that_was_cut_off_says_so() -> None:
    report, explained = doctor.read(CUT)
    assert (
        report.context.source == "scores = head(torch.rand(4, 20).to(device), torch.ones(4), w ..."
    )
    assert explained is not None
    assert explained.rule == "linear-features"


LOGURU = """\
2026-11-26 15:11:23.499 | ERROR    | __main__:evaluate:13 - evaluation failed
Traceback (most recent call last):

  File "/home/mira/f01.py", line 17, in main
    evaluate()
    └ <function evaluate at 0x7f0000000000>

> File "/home/mira/f01.py", line 11, in evaluate
    scores = head(torch.rand(4, 20))
             │    │     └ <built-in method rand of type object at 0x7f0000000000>
             │    └ <module 'torch' from '/home/mira/.venv/lib/python3.11/site-packages/torch'>
             └ Linear(in_features=10, out_features=2, bias=True)

  File "/home/mira/.venv/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 134, in \
forward
    return F.linear(input, self.weight, self.bias)
           │ │      └ tensor([[0.8385, 0.3310, 0.5377, 0.9989, 0.0993, 0.0830, 0.2945, 0.0996,
           │ │                 0.8902, 0.1033, 0.5817, 0.2413, 0.5...
           │ └ <built-in function linear>
           └ <module 'torch.nn.functional' from '/home/mira/functional.py'>

RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x20 and 10x2)
"""

OLD_NOTEBOOK = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
<ipython-input-7-9d2a6f4c1e10> in <module>()
      1 img = torch.rand(4, 20)
----> 2 print(classifier(img))

/usr/local/lib/python3.7/dist-packages/torch/nn/modules/linear.py in forward(self, input)
    102     def forward(self, input: Tensor) -> Tensor:
--> 103         return F.linear(input, self.weight, self.bias)

RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x20 and 10x2)
"""


@pytest.mark.parametrize(
    ("text", "line", "source"),
    [
        (LOGURU, 11, "scores = head(torch.rand(4, 20))"),
        (OLD_NOTEBOOK, 2, "print(classifier(img))"),
    ],
    ids=["loguru", "old notebook"],
)
def test_the_learners_line_is_told(text: str, line: int, source: str) -> None:
    report, explained = doctor.read(text)
    assert explained is not None
    assert explained.rule == "linear-features"
    assert (report.context.line, report.context.source) == (line, source)
