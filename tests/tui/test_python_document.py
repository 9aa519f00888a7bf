"""The tree under the editor is the text's own, costs nothing to keep, and never holds up a key."""

from __future__ import annotations

import gc
import sys
import time

import tree_sitter_python
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import Edit
from tree_sitter import Language, Query

from tests.tui.test_editor import editor, shown, written
from tui.widgets import undo
from tui.widgets.editor import Editor
from tui.widgets.python_document import PythonDocument
from tui.widgets.undo import BoundedHistory

PYTHON = Language(tree_sitter_python.language())
NAMES = Query(PYTHON, "(identifier) @name (comment) @comment (string) @string")

texts = st.text(st.sampled_from('ab =(:)\n"#é漢😀\t'), max_size=30)


def places(document: PythonDocument) -> dict[str, list[tuple[int, int]]]:
    """Where the query finds what, in bytes."""
    found = document.query_syntax_tree(NAMES)
    return {name: sorted(node.byte_range for node in nodes) for name, nodes in found.items()}


@given(texts, st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), texts), max_size=8))
def test_whatever_is_changed_the_tree_is_that_of_the_text(
    text: str, changes: list[tuple[int, int, str]]
) -> None:
    document = PythonDocument(text, PYTHON)
    for begin, end, new in changes:
        start, stop = (
            document.get_location_from_index(min(n, len(document.text))) for n in (begin, end)
        )
        document.replace_range(start, stop, new)
        assert document.is_old
    document._not_before = 0.0
    assert places(document) == places(PythonDocument(document.text, PYTHON))
    assert not document.is_old


def test_typing_leaves_nothing_behind() -> None:
    document = PythonDocument("x = f(1)\n" * 3000, PYTHON)

    def typed(times: int) -> int:
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(times):
            document.replace_range((5, 0), (5, 0), "q")
            document._not_before = 0.0
            places(document)
        gc.collect()
        return sys.getallocatedblocks() - before

    typed(3)
    assert typed(10) < 1000


def is_old(page: Editor) -> bool:
    """Whether the colours are of an earlier text."""
    assert isinstance(page.document, PythonDocument)
    return page.document.is_old


async def test_a_text_that_takes_long_is_coloured_in_the_end() -> None:
    async with written("") as pilot:
        page = editor(pilot)
        assert isinstance(page.document, PythonDocument)
        page.write("def f(): pass")
        shown(pilot)
        assert not is_old(page)
        page.document._not_before = time.monotonic() + 0.1
        page.write("class A: pass")
        shown(pilot)
        assert is_old(page)
        while is_old(page):
            await pilot.pause(0.01)
            shown(pilot)
        assert [name for _, _, name in page._highlights[0]] != []


def test_what_can_be_taken_back_is_bounded_by_its_letters() -> None:
    history = BoundedHistory(1000, 2.0, 100)
    area = Editor("")
    for n in range(100):
        edit = Edit(str(n % 10) * 100_000, (0, 0), area.document.end, True)
        edit.do(area)
        history.record(edit)
    kept = list(history._undo_stack)
    assert 1 < len(kept) < 30
    assert kept[-1][0].text.startswith("9")
    assert sum(undo.length(each) for batch in kept for each in batch) <= undo.MOST_CHARACTERS
