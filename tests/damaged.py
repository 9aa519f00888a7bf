"""What is right but for a few accidents: cut, doubled, exchanged, with strange letters in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

STRANGE = [
    "\0", "\x1b", "|", "=", "-->", "<!--", '"', "'", "\n", "\\", "é", "漢",
    "1e999", "[", "{", "\ud800",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, originals: Sequence[str], pieces: Sequence[str] = STRANGE) -> str:
    """One of these texts, damaged in up to four places."""
    text = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([*pieces, text[begin:end] * 2, text[end : end + 60]]))
        text = text[:begin] + piece + text[end:]
    return text


def refusal(read: Callable[[], object]) -> str:
    """The sentence with which something is refused; empty where it is not."""
    try:
        read()
    except (ValueError, LookupError) as error:
        return str(error) or repr(error)
    return ""
