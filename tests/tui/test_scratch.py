"""The scratch page with real keys, real files and a real engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lessons.format import catalog
from lessons.format.schema import Experiment, Value
from tests.runs import Runs
from tests.tui.pages import OpenPage, opened
from tui.app import TochaApp
from tui.screens.home import HomeScreen
from tui.screens.lesson import LessonScreen
from tui.screens.scratch import ScratchScreen
from tui.widgets.picture_wall import PictureWall
from tui.widgets.plot import PlotView

LOOP = """\
import torch
from torch import nn

x = torch.linspace(-1, 1, 32).unsqueeze(1)
y = 2 * x + 1
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(30):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print("done", step)
"""

FAILING = """\
import torch
x = torch.ones(4, 8)
if True:
    x @ x
"""

ENDLESS = """\
import torch
x = torch.ones(1, requires_grad=True)
optimizer = torch.optim.SGD([x], lr=0.0)
while True:
    (x ** 2).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
"""

BROADCAST = LOOP.replace("2 * x + 1", "2 * x.squeeze(1) + 1")


def free(app: TochaApp) -> None:
    """The page that belongs to no file."""
    app.open_scratch()


def on(path: Path) -> Callable[[TochaApp], None]:
    """The page of a file."""
    return lambda app: app.open_scratch(path)


def pictures(page: OpenPage) -> list[str]:
    """The titles of what is drawn."""
    return [title for title in page.screen.query_one(PictureWall)._shown if title]


async def test_a_loop_is_run_as_it_is_and_seen(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.run(LOOP)
        assert pictures(page) == ["loss", "fit", "grad_norm"]
        wall = page.screen.query_one(PictureWall)
        (small,) = (view for view in wall.query(".small") if view.display)
        assert small.size.width == wall.size.width
        legends = [view.render_line(0).text for view in wall.query(PlotView) if view.display]
        assert [[sign for sign in "●■▲" if sign in each] for each in legends] == [
            ["●"],
            ["■"],
            ["▲"],
        ]
        numbers = page.text("#scratch-numbers")
        assert "step 30" in numbers
        assert "lr 0.1" in numbers
        assert page.rows("#scratch-output")[0] == "done 29"
        assert "finished" in page.text("#run-status")
        assert page.told == []


async def test_the_starter_runs_without_a_fault(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        assert "watch(" in page.editor.text
        await page.run()
        assert page.told == []
        assert "finished" in page.text("#run-status")
        assert "fit" in pictures(page)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_failing_line_is_marked_and_explained(
    engine: Runs, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(engine, tmp_path, free, size) as page:
        await page.run(FAILING)
        assert page.marked() == 4
        assert page.editor.has_focus
        assert page.told == ["matmul-sizes"]
        assert "x has shape (4, 8)" in page.text("ExplainedPanel")
        fault = next(row for row in page.rows("Editor") if "▸" in row)
        assert fault.split() == ["4", "▸", "x", "@", "x"]
        # Mended: the mark and the words go.
        await page.run(FAILING.replace("x @ x", "x @ x.T"))
        assert page.marked() is None
        assert page.told == []


async def test_a_silent_fault_is_told_while_it_runs(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.run(BROADCAST)
        assert page.told == ["target-broadcast"]
        await page.press("escape", "g")
        assert isinstance(page.screen, LessonScreen)
        assert page.screen.page.title == "The shape trap"


async def test_an_error_nobody_knows_is_shown_as_it_is(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.run("class Odd(Exception): pass\nraise Odd('never seen')\n")
        assert page.text("ExplainedPanel").split("\n") == ["✗ Odd", "never seen"]
        assert page.marked() == 2


async def test_the_same_key_stops(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write(ENDLESS)
        await page.press("ctrl+r", "ctrl+r")
        await page.ended()
        assert "stopped" in page.text("#run-status")
        await page.run("print(1)")
        assert page.rows("#scratch-output")[0] == "1"


async def test_leaving_ends_the_run(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free) as page:
        await page.write(ENDLESS)
        await page.press("ctrl+r")
        run = page.last_run
        await page.press("escape", "escape")
        assert isinstance(page.screen, HomeScreen)
        await engine.ended(run.run_id)


async def test_what_is_written_is_kept_and_no_file_is_touched(engine: Runs, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("x = 1\n")
    home = tmp_path / "home"
    async with opened(engine, home, on(path)) as page:
        assert page.editor.text == "x = 1\n"
        assert "as on disk" in page.text("#head-words")
        await page.press("#", "a")
        assert "ctrl+s writes the file" in page.text("#head-words")
    assert path.read_text() == "x = 1\n"
    async with opened(engine, home, on(path)) as page:
        assert page.editor.text == "#ax = 1\n"
        await page.press("ctrl+s")
        assert path.read_text() == "#ax = 1\n"
        assert "as on disk" in page.text("#head-words")


async def test_a_file_changed_meanwhile_is_not_lost_and_neither_is_the_draft(
    engine: Runs, tmp_path: Path
) -> None:
    path, home = tmp_path / "train.py", tmp_path / "home"
    path.write_text("x = 1\n")
    async with opened(engine, home, on(path)) as page:
        await page.write("mine\n")
        path.write_text("theirs\n")
        await page.press("ctrl+s", "n")
        assert path.read_text() == "theirs\n"
    later = path.stat().st_mtime + 1000
    os.utime(path, (later, later))
    async with opened(engine, home, on(path)) as page:
        assert page.editor.text == "theirs\n"
        await page.press("ctrl+z")
        assert page.editor.text == "mine\n"


@pytest.mark.parametrize(
    ("data", "after"),
    [
        (b"x = 1\r\ny = 2\r\n", b"#x = 1\r\ny = 2\r\n"),
        (b"\xef\xbb\xbfx = 1\n", b"\xef\xbb\xbf#x = 1\n"),
        ("# coding: latin-1\né = 1\n".encode("latin-1"),
         "## coding: latin-1\né = 1\n".encode("latin-1")),
        (b"if 1:\n\tx = 1\n", b"#if 1:\n\tx = 1\n"),
    ],
)  # fmt: skip
async def test_a_file_is_written_in_its_own_way(
    engine: Runs, tmp_path: Path, data: bytes, after: bytes
) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(data)
    path.chmod(0o640)
    async with opened(engine, tmp_path / "home", on(path)) as page:
        await page.press("#", "ctrl+s")
    assert path.read_bytes() == after
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["train.py"]


async def test_a_page_without_a_file_asks_for_a_name(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path / "home", free) as page:
        await page.write("x = 1\n")
        await page.press("ctrl+s", "ctrl+u", *str(tmp_path / "a.py"), "enter")
        await page.pilot.pause()
        assert (tmp_path / "a.py").read_text() == "x = 1\n"
        assert "a.py" in page.text("#head-words")


async def test_a_file_that_cannot_be_written_is_said_and_kept(engine: Runs, tmp_path: Path) -> None:
    path, home = tmp_path / "gone" / "train.py", tmp_path / "home"
    path.parent.mkdir()
    async with opened(engine, home, on(path)) as page:
        path.parent.rmdir()
        await page.write("x = 1\n")
        await page.press("ctrl+s")
        assert "cannot be written: no such file" in page.text("#run-status")
        draft = await page.kept(lambda store: store.drafts.latest(f"scratch:{path}"))
        assert draft.text == "x = 1\n"


async def test_a_script_beside_its_file_finds_its_neighbours(engine: Runs, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("ANSWER = 42\n")
    path = tmp_path / "main.py"
    path.write_text("import helper\nprint(helper.ANSWER)\n1 / 0\n")
    async with opened(engine, tmp_path / "home", on(path)) as page:
        await page.run()
        assert page.rows("#scratch-output")[0] == "42"
        assert page.marked() == 3


async def test_a_copy_of_a_run_is_a_page_of_its_own(engine: Runs, tmp_path: Path) -> None:
    experiment = catalog.experiment("optimizers.descend")
    knobs = experiment.defaults | {"lr": 0.07, "steps": 5}
    copy = partial(_copied, experiment, knobs)
    async with opened(engine, tmp_path, copy) as page:
        assert "descend(lr=0.07" in page.editor.text
        await page.run()
        assert "finished" in page.text("#run-status")
        assert {"loss", "function"} <= set(pictures(page))
        await page.press("#")
    async with opened(engine, tmp_path, copy) as page:
        assert not page.editor.text.startswith("#")
        await page.press("ctrl+z")
        assert page.editor.text.startswith("#")
    async with opened(engine, tmp_path, free) as page:
        assert "descend" not in page.editor.text


def _copied(experiment: Experiment, knobs: dict[str, Value], app: TochaApp) -> None:
    app.open_copy(experiment, knobs)


async def test_more_can_be_watched(engine: Runs, tmp_path: Path) -> None:
    code = LOOP + "watch(accuracy=0.5, weights=torch.ones(3, 3))\n"
    async with opened(engine, tmp_path, free, (120, 60)) as page:
        await page.run(code)
        assert {"accuracy", "weights"} <= set(pictures(page))
        assert "accuracy 0.5" in page.text("#scratch-numbers")


async def test_on_a_narrow_screen_code_and_run_take_turns(engine: Runs, tmp_path: Path) -> None:
    async with opened(engine, tmp_path, free, (80, 24)) as page:
        screen = page.screen
        assert isinstance(screen, ScratchScreen)
        await page.run(LOOP)
        assert not page.editor.is_on_screen or page.editor.region.width == 0
        assert pictures(page) == ["loss"]
        await page.press("full_stop")
        assert pictures(page) == ["fit"]
        await page.press("ctrl+t")
        assert page.editor.has_focus
        assert page.editor.region.width > 60


@pytest.mark.parametrize("helper", ["x = 1\ny = (\n", "x = 1\ny = x.odd\n"])
async def test_an_error_in_a_helper_marks_the_call_and_names_the_helpers_line(
    engine: Runs, tmp_path: Path, helper: str
) -> None:
    (tmp_path / "helper.py").write_text(helper)
    path = tmp_path / "main.py"
    path.write_text("x = 1\nimport helper\n")
    async with opened(engine, tmp_path / "home", on(path)) as page:
        for _ in range(2):  # the same words again are no reason not to mark
            await page.run()
            assert page.marked() == 2
            assert "It happened in helper.py, line 2: y = " in page.text("ExplainedPanel")


async def test_the_parts_of_a_group_are_read_in_the_output(engine: Runs, tmp_path: Path) -> None:
    code = "x = 1\nraise ExceptionGroup('both', [ValueError('one'), KeyError('two')])\n"
    async with opened(engine, tmp_path, free) as page:
        await page.run(code)
        output = "\n".join(page.rows("#scratch-output"))
        assert "ValueError: one" in output
        assert "KeyError: 'two'" in output
        assert page.marked() == 2


TABBED = "def f(x):\n\tif x:\n\t\treturn 1\n\tprint(x)\n"


async def test_a_file_with_tabs_is_as_on_disk_until_it_is_edited(
    engine: Runs, tmp_path: Path
) -> None:
    path = tmp_path / "train.py"
    path.write_text(f"{TABBED}y = 1\x0c\n")
    async with opened(engine, tmp_path / "home", on(path)) as page:
        assert page.editor.text == f"{TABBED}y = 1 \n"
        assert "as on disk" in page.text("#head-words")
        await page.press("ctrl+s")
        assert path.read_text() == f"{TABBED}y = 1\x0c\n"
        await page.press("#")
        assert "kept here" in page.text("#head-words")


async def test_what_is_written_among_tabs_is_indented_by_tabs(engine: Runs, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(TABBED)
    async with opened(engine, tmp_path / "home", on(path)) as page:
        page.editor.move_cursor((1, len("\tif x:")))
        await page.press("enter", "y")
        assert page.editor.text.splitlines()[2] == "\t\ty"
        await page.press("shift+tab", "home", "tab")
        assert page.editor.text.splitlines()[2] == "\t\ty"
        await page.press("end", "enter", "backspace")
        assert page.editor.text.splitlines()[3] == "\t"
