"""The error that ended the program is explained, or the one that led to it: none from before."""

from __future__ import annotations

import pytest

from engine import doctor
from tests.doctor.test_endings import printed

KEY = printed("{}['labels']\n")
UNKNOWN = printed("class Stopped(Exception): pass\nraise Stopped('enough')\n")
ZERO = printed("1 / 0\n")
TIMEOUT = (
    "torch.distributed.DistBackendError: [Rank 0] Watchdog caught collective operation timeout: "
    "WorkNCCL(SeqNum=4, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600021 milliseconds\n"
)


def of_rank(number: int, text: str) -> str:
    return "".join(f"[rank{number}]: {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (KEY + UNKNOWN, ""),
        (KEY + "INFO going on without\n" + UNKNOWN, ""),
        (UNKNOWN + KEY, "missing-key"),
        (KEY + ZERO, "division-by-zero"),
        (of_rank(1, KEY) + of_rank(0, TIMEOUT), "missing-key"),
        (of_rank(1, KEY) + of_rank(0, UNKNOWN), "missing-key"),
        (of_rank(0, TIMEOUT), "collective-timeout"),
        (of_rank(0, TIMEOUT) + of_rank(1, KEY), "missing-key"),
    ],
)
def test_what_a_log_told_earlier_is_told_only_where_it_led_to_the_end(text: str, rule: str) -> None:
    explained = doctor.read(text)[1]
    assert (explained.rule if explained else "") == rule


def test_what_led_to_the_last_is_told_in_its_place() -> None:
    chain = printed(
        "class Bad(Exception): pass\ntry:\n    {}['a']\nexcept KeyError:\n    raise Bad('x')\n"
    )
    for before in ("", ZERO):
        explained = doctor.read(before + chain)[1]
        assert explained is not None
        assert explained.rule == "missing-key"


def test_an_exception_that_python_ignores_is_not_the_one() -> None:
    ignored = f"Exception ignored in: <function Pool.__del__ at 0x7f00>\n{KEY}"
    report, explained = doctor.read(ZERO + ignored)
    assert explained is not None
    assert explained.rule == "division-by-zero"
    assert "ignored" not in report.message


def test_a_rank_that_died_first_is_not_called_unknown() -> None:
    explained = doctor.read(of_rank(1, KEY) + of_rank(0, TIMEOUT))[1]
    assert explained is not None
    assert explained.says.endswith("It stands before the DistBackendError that the text ends with.")


def test_a_line_of_torchruns_log_is_no_part_of_a_message() -> None:
    line = "E1126 05:49:14.127000 9621 torch/distributed/elastic/api.py:1002] failed (exitcode: 1)"
    report, _ = doctor.read(ZERO + line + "\n")
    assert report.message == "division by zero"


ASSERTED = """
    def test_shape():
        out = torch.ones(4)
>       assert out.shape == torch.Size([4, 1])
E       assert torch.Size([4]) == torch.Size([4, 1])

test_model.py:4: AssertionError
"""


def test_pytests_plain_assertion_is_an_error_too() -> None:
    report, explained = doctor.read(ASSERTED)
    assert report.names[0] == "AssertionError"
    assert explained is not None
    assert explained.rule == "assertion"


SHORT = """
    def test_forward():
>       Net()(torch.rand(1, 1))

test_model.py:10: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
test_model.py:7: in forward
    return self.act(self.fc(x))
           ^^^^^^^^
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def __getattr__(self, name: str):
>       raise AttributeError(message)
E       AttributeError: 'Net' object has no attribute 'act'

/venv/lib/python3.11/site-packages/torch/nn/modules/module.py:1967: AttributeError
"""  # noqa: W291


def test_pytests_short_frames_have_their_code_below() -> None:
    report, explained = doctor.read(SHORT)
    assert report.context.source == "return self.act(self.fc(x))"
    assert report.marked == "self.act"
    assert explained is not None
    assert explained.rule == "module-has-no"
