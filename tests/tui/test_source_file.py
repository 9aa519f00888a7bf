"""What comes in as source, and what is refused."""

from pathlib import Path

import pytest

from tui.state import source_file as source
from tui.state.source_file import UnreadableError


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"\xef\xbb\xbfx = 1\ny = 2\n",
        "\ufeffx = 1\ny = 2\n".encode("utf-16-le"),
    ],
)
def test_newlines_and_marks_of_other_systems_become_plain(data: bytes) -> None:
    assert source.decode(data) == "x = 1\ny = 2\n"


def test_a_declared_encoding_is_obeyed() -> None:
    assert source.decode("# coding: latin-1\nname = 'José'\n".encode("latin-1")).endswith("José'\n")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "no text: byte 8 is zero"),
        (b"\xff\xd8\xff\xe0abc", "no text"),
        (b"# coding: martian\n", "no text"),
        (b"x" * 10_000_000, "10.0 MB; source of up to 1 MB"),
    ],
)
def test_what_is_no_source_is_refused_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why) as refused:
        source.decode(data, "train.py")
    assert str(refused.value).startswith("train.py ")
    assert str(refused.value).endswith(".")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "weights.py"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UnreadableError, match="MB"):
        source.read(huge)


@pytest.mark.parametrize("name", ["nothing.py", "."])
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError, match=r"no such file|is a directory|no text"):
        source.read(tmp_path / name)


def test_tabs_of_a_paste_become_spaces_only_in_front() -> None:
    pasted = "for i in x:\n\tprint('a\tb')\n\t  y\n"
    assert source.spaces(pasted) == "for i in x:\n    print('a\tb')\n      y\n"
