"""The learner's own editor: which it is, and that no save of its file is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tui.state.own_file import OwnFile, on_network, set_aside
from tui.terminal.external_editor import editor_command, has_window

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
me@host: /mnt/far\\040away fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({"VISUAL": "vim -u 'my rc'", "EDITOR": "nano"}, ["vim", "-u", "my rc"]),
        ({"VISUAL": "", "EDITOR": "emacs -nw"}, ["emacs", "-nw"]),
    ],
)
def test_the_editor_is_the_one_the_environment_names(
    environment: dict[str, str], command: list[str]
) -> None:
    assert editor_command(environment) == command


def test_without_a_word_the_usual_ones_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert editor_command({}) == []
    vi = tmp_path / "vi"
    vi.touch(mode=0o755)
    assert editor_command({}) == ["vi"]


def test_editors_with_a_window_leave_the_terminal_alone() -> None:
    assert has_window(["/usr/bin/code", "--wait"])
    assert not has_window(["vim"])


@pytest.mark.parametrize(
    ("folder", "far"),
    [("/home/me", True), ("/home/local/me", False), ("/tmp", False), ("/mnt/far away/x", True)],
)
def test_a_network_disk_is_known_by_its_mount(folder: str, far: bool, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert on_network(Path(folder), mounts) is far


async def heard(saves: AsyncIterator[str | Exception], file: Path, text: str) -> str | Exception:
    """What is said after a save; the watch may begin a moment late, so it is saved until heard."""
    said = asyncio.ensure_future(anext(saves))
    while not said.done():
        file.write_text(text)
        await asyncio.wait([said], timeout=0.5)
    return said.result()


@pytest.mark.parametrize("polled", ["true", "false"])
async def test_a_save_is_heard(
    polled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", polled)
    file = OwnFile("tensors", "a-column", tmp_path)
    file.write("begin")
    assert file.path.name == "a_column.py"
    async with aclosing(file.saves()) as saves:
        assert await heard(saves, file.path, "one") == "one"
        assert await heard(saves, file.path, "two") == "two"
        file.write("our own")
        assert await heard(saves, file.path, "three") == "three"


def test_a_file_that_was_saved_later_than_the_draft_is_told(tmp_path: Path) -> None:
    file = OwnFile("tensors", "a-column", tmp_path)
    assert file.newer_than(0.0) is None
    file.write("x")
    saved = file.path.stat().st_mtime
    assert file.newer_than(saved - 1) == "x"
    assert file.newer_than(saved + 1) is None


def test_the_files_of_a_lesson_that_is_begun_anew_are_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCHA_HOME", str(tmp_path))
    for text in ("first", "second"):
        file = OwnFile("tensors", "a-column")
        file.write(text)
        set_aside("tensors")
        assert file.newer_than(0.0) is None
    kept = sorted((tmp_path / "exercises").glob("*/a_column.py"))
    assert [path.read_text() for path in kept] == ["first", "second"]
