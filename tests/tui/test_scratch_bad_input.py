"""Whatever is opened, pasted or run: it is said in a sentence, and the page goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tests.tui.test_scratch import ENDLESS, free, on
from tui.screens.home import HomeScreen


async def still_works(page: OpenPage) -> None:
    """The next run comes at once."""
    await page.run("print('still', 'here')")
    assert "still here" in page.rows("#scratch-output")[0]
    assert page.told == []


def notices(page: OpenPage) -> str:
    """Everything the app has notified of."""
    return " ".join(notice.message for notice in page.app._notifications)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x7fELF\x02\x01\x01\0\0\0", "x.py is no text: byte 7 is zero."),
        (b"\xff\xd8\xff\xe0abc", "x.py is no text"),
        (b"x = 1\n" * 2_000_000, "x.py has 12.0 MB"),
    ],
)
async def test_what_is_no_source_is_refused(
    engine: Runs, tmp_path: Path, data: bytes, why: str
) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(data)
    async with opened(engine, tmp_path / "home", on(path)) as page:
        assert isinstance(page.screen, HomeScreen)
        assert why in notices(page)
    assert path.read_bytes() == data


async def test_a_huge_paste_is_refused(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        before = page.editor.text
        page.editor.post_message(events.Paste("x = 1\n" * 2_000_000))
        await page.pilot.pause()
        assert page.editor.text == before
        assert "12.0 MB of text" in notices(page)
        await still_works(page)


async def test_windows_lines_tabs_and_marks_are_pasted_plain(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write("")
        page.editor.post_message(events.Paste("\ufeffif True:\r\n\tprint(1)\r\n    print(2)\r\n"))
        await page.pilot.pause()
        await page.run()
        assert page.rows("#scratch-output")[:2] == ["1", "2"]


async def test_escape_sequences_are_shown_and_do_nothing(engine: Runs, tmp_path: Path) -> None:
    code = "print('\\x1b[2J\\x1b]0;title\\x07red\\x9b31m\\x08\\x00')\n"
    async with opened(engine, tmp_path, free) as page:
        await page.run(code)
        row = page.rows("#scratch-output")[0]
        assert "␛[2J␛]0;title␇red" in row
        assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in row)
        await page.run("print('a\\rb')\nraise ValueError('\\x1b[31m\\x07 odd')\n")
        assert not {"\x1b", "\x07"} & set(page.text("ExplainedPanel") + page.text("#run-status"))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("name = input('name? ')\n", "keyboard"),
        ("import sys\nsys.exit(3)\n", "3"),
        ("raise KeyboardInterrupt\n", ""),
        ("open('big', 'wb').truncate(2 << 30)\n", "too large"),
        ("def f(n):\n    return f(n + 1)\nf(0)\n", ""),
        ("x = [0.0] * 10**12\n", ""),
        ("x = 1\n  y = 2\n", "indent"),
        ("print('no\n", ""),
    ],
)
async def test_every_way_out_is_said(engine: Runs, tmp_path: Path, code: str, told: str) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.run(code)
        said = page.text("#run-status")
        said += "".join(str(panel.render()) for panel in page.screen.query("ExplainedPanel"))
        assert told in said
        assert "failed" in said or "stopped" in said
        await still_works(page)


@pytest.mark.parametrize("ending", ["os._exit(7)", "os.abort()", "os.kill(os.getpid(), 9)"])
async def test_a_process_that_dies_is_said_to_be_dead(
    engine: Runs, tmp_path: Path, ending: str
) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.run(f"import os\n{ending}\n")
        assert "✗ failed  The run " in page.text("#run-status")
        await still_works(page)


async def test_threads_and_processes_left_behind_are_told(engine: Runs, tmp_path: Path) -> None:
    code = (
        "import subprocess, threading, time\n"
        "threading.Thread(target=time.sleep, args=(1e6,)).start()\n"
        "subprocess.Popen(['sleep', '1000000'])\n"
    )
    async with opened(engine, tmp_path, free) as page:
        await page.run(code)
        output = " ".join(page.rows("#scratch-output"))
        assert "1 thread and 1 child process were still running" in output
        await still_works(page)


async def test_a_flood_of_output_leaves_the_keys_alone(engine: Runs, tmp_path: Path) -> None:
    code = (
        "import os\nline = b'x' * 999_999 + b'\\n'\nfor i in range(1000):\n    os.write(1, line)\n"
    )
    async with opened(engine, tmp_path, free) as page:
        await page.write(code)
        await page.press("ctrl+r", "#")
        assert page.editor.text.startswith("#")
        await page.ended()
        assert "MB more was printed" in page.rows("#scratch-output")[0]
        await still_works(page)


async def test_a_loop_that_prints_for_ever_is_stopped(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write("while True:\n    print('again')\n")
        await page.press("ctrl+r", "ctrl+r")
        await page.ended()
        assert "stopped" in page.text("#run-status")
        await still_works(page)


async def test_the_app_closes_while_something_runs(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write(ENDLESS)
        await page.press("ctrl+r")
        run = page.last_run
        page.app.leave()
        await engine.ended(run.run_id)
    async with opened(engine, tmp_path, free) as page:
        assert page.editor.text == ENDLESS
