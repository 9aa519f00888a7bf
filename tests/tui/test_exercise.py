"""An exercise on the screen: written, checked, explained, kept."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lessons.format import catalog
from lessons.format.catalog import exercise, exercises
from lessons.format.exercises import Exercise
from lessons.format.pages import ExerciseLink, Page
from lessons.store import Draft, ExerciseState, open_store
from tests.runs import Runs
from tests.tui.pages import OpenExercise, opened_exercise
from tui.screens.home import HomeScreen
from tui.widgets.exercise_menu import ExerciseMenu
from tui.widgets.head import Head
from tui.widgets.output import Output
from tui.widgets.plot import PlotView
from tui.widgets.task import Task
from tui.widgets.verdicts import VerdictList

NAME = "tensors/standardise"
TASK = exercise(NAME)
WRONG = TASK.solution.replace("(dim=0)", "()")
HANG = "def standardise(table):\n    while True:\n        pass\n"


async def test_a_right_answer_passes_every_check(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check(TASK.solution)
        assert said.startswith("✓ passed")
        assert said.count("✓") == 1 + len(TASK.head.checks)
        assert "average the rows away" in said.replace("\n", " ")
        found = await task.kept(lambda store: store.exercises.of(NAME))
        assert isinstance(found, ExerciseState)
        assert (found.word, found.attempts) == ("passed", 1)
        cards = await task.kept(lambda store: [card.name for card in store.reviews.cards()])
        assert cards == [f"exercise:{NAME}"]


async def test_a_wrong_answer_says_why_and_what_was_not_reached(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check(WRONG)
        assert said.startswith("✗ not yet   0 of 5 passed")
        assert "✗ Every column has mean 0" in said
        assert "Each column has a mean of its own" in said.replace("\n ", "")
        assert "· No loop over the columns" in said
        found = await task.kept(lambda store: store.exercises.of(NAME))
        assert isinstance(found, ExerciseState)
        assert (found.word, found.attempts) == ("failed", 1)


@pytest.mark.parametrize("task_", exercises(), ids=lambda task: task.name)
async def test_every_exercise_can_be_passed_on_the_screen(
    task_: Exercise, engine: Runs, tmp_path: Path
) -> None:
    async with opened_exercise(engine, tmp_path, task_.name) as task:
        assert task.code == task_.stub
        assert (await task.check()).startswith("✗ not yet")
        assert (await task.check(task_.solution)).startswith("✓ passed")


async def test_a_syntax_error_shows_its_line_and_a_caret(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check("import torch\n\ndef f(:\n    pass\n")
        assert "SyntaxError" in said
        lines = said.splitlines()
        row = next(i for i, line in enumerate(lines) if line.startswith("line 3  def f(:"))
        assert lines[row + 1].index("^") == lines[row].index(":", 10)
        assert task.screen.editor.marked_line == 3
        await task.press("x")
        assert task.screen.editor.marked_line is None


async def test_an_error_is_explained_and_its_page_is_one_key_away(
    engine: Runs, tmp_path: Path
) -> None:
    code = "import torch\n\ndef standardise(table):\n    return table + torch.ones(7)\n"
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check(code)
        assert "line 4  return table + torch.ones(7)" in said
        assert "ctrl+g Tensors, page 6: Shapes that meet" in " ".join(said.split())
        assert task.screen.editor.marked_line == 4
        await task.press("ctrl+g")
        await task.pilot.pause()
        head = task.app.screen.query_one(Head).query_one("#head-words")
        assert "Shapes that meet" in str(head.render())
        await task.press("escape")
        assert task.code == code


async def test_an_endless_loop_is_stopped_at_its_limit_with_a_sentence(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check(HANG)
        assert "Stopped after 5 s" in said
        assert (await task.check(TASK.solution)).startswith("✓ passed")


async def test_the_same_key_stops_a_check(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.write(HANG)
        await task.press("ctrl+r", "ctrl+r")
        await task.ended()
        assert task.said.startswith("■ stopped")
        found = await task.kept(lambda store: store.exercises.of(NAME))
        assert isinstance(found, ExerciseState)
        assert found.attempts == 0


MISCHIEF = {
    "input": ("input('name? ')", "EOFError"),
    "exit": ("import sys; sys.exit(3)", "sys.exit()"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    "gone": ("import os; os._exit(3)", "exit status 3"),
    "thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
        "returned None",
    ),
    "children": ("import subprocess; subprocess.Popen(['sleep', '600'])", "returned None"),
    "files": ("open('left.txt', 'w').write('x' * 100_000)", "returned None"),
    "deep": ("standardise(table)", "RecursionError"),
    "null": ("'\0'", "null byte"),
}


@pytest.mark.parametrize("what", MISCHIEF)
async def test_mischief_is_told_and_the_next_check_works(
    what: str, engine: Runs, tmp_path: Path
) -> None:
    line, words = MISCHIEF[what]
    body = "\n".join(f"    {each}" for each in line.splitlines())
    async with opened_exercise(engine, tmp_path) as task:
        said = await task.check(f"def standardise(table):\n{body}\n")
        assert words in said.replace("\n", " ").replace("  ", " "), said
        assert (await task.check(TASK.solution)).startswith("✓ passed")


async def test_a_loop_in_c_that_hears_nothing_is_killed(engine: Runs, tmp_path: Path) -> None:
    code = "def standardise(table):\n    sum(iter(int, 1))\n"
    async with opened_exercise(engine, tmp_path) as task:
        assert "longer than its limit of 5 s" in await task.check(code)
        assert (await task.check(TASK.solution)).startswith("✓ passed")


async def test_prints_are_shown_and_not_obeyed(engine: Runs, tmp_path: Path) -> None:
    code = "print('\\x1b[2Jhere\\x07', '[bold]x[/bold]')\n" + TASK.solution
    async with opened_exercise(engine, tmp_path) as task:
        await task.check(code)
        output = task.outcome.query_one(Output)
        text = "".join(segment.text for segment in output.render_line(0))
        assert "␛[2Jhere␇ [bold]x[/bold]" in text


async def test_what_was_trained_is_drawn(engine: Runs, tmp_path: Path) -> None:
    name = "training/write-the-loop"
    async with opened_exercise(engine, tmp_path, name) as task:
        await task.check(exercise(name).solution)
        shown = [view for view in task.outcome.query(PlotView) if view.display]
        assert [view.plot.options.order or view.plot.options.title for view in shown] == [
            ("loss",),
            "fit",
        ]
        await task.check(exercise(name).stub)
        assert not any(view.region for view in task.outcome.query(PlotView))


async def test_hints_come_one_at_a_time_and_stay(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        assert hints(task) == 0
        await task.press("f4")
        assert hints(task) == 1
        # Once more than there are any.
        await task.press("escape", *"h" * len(TASK.hints))
        assert hints(task) == len(TASK.hints)
        assert "last hint" in task.said
    async with opened_exercise(engine, tmp_path) as task:
        assert hints(task) == len(TASK.hints)


def hints(task: OpenExercise) -> int:
    return task.screen.query_one(Task)._shown.count("**Hint ")


async def test_the_solution_is_shown_when_asked_for_twice(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.press("escape", "s")
        assert "again shows it now" in task.said
        assert TASK.solution not in task.screen.query_one(Task)._shown
        await task.press("s")
        assert TASK.solution in task.screen.query_one(Task)._shown
        found = await task.kept(lambda store: store.exercises.of(NAME).solution_seen)
        assert found is not None


async def test_the_solution_is_shown_at_once_after_passing(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.check(TASK.solution)
        await task.press("escape", "s")
        assert TASK.solution in task.screen.query_one(Task)._shown


async def test_starting_over_asks_and_can_be_taken_back(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.write("mine")
        await task.press("escape", "d", "n")
        assert task.code == "mine"
        await task.press("d", "y")
        assert task.code == TASK.stub
        await task.press("enter", "ctrl+z")
        assert task.code == "mine"
        await task.press("escape", "d", "y")
    async with opened_exercise(engine, tmp_path) as task:
        assert task.code == TASK.stub
        await task.press("escape", "d", "y")
        assert task.code == "mine"


async def test_what_is_typed_is_there_again(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.press("ctrl+a", *"ab = 1", "enter")
    draft = open_store(tmp_path).drafts.latest(NAME)
    assert isinstance(draft, Draft)
    async with opened_exercise(engine, tmp_path) as task:
        assert task.code == draft.text
        assert "ab = 1\n" in task.code


async def test_the_next_and_the_previous_exercise(engine: Runs, tmp_path: Path) -> None:
    names = [each.name for each in exercises()]
    async with opened_exercise(engine, tmp_path, names[3]) as task:
        await task.press("ctrl+n")
        await task.opened()
        assert task.screen.exercise.name == names[4]
        await task.press("escape", "p")
        await task.opened()
        await task.press("ctrl+o")
        assert task.screen.exercise.name == names[2]
    async with opened_exercise(engine, tmp_path, names[-1]) as task:
        await task.press("ctrl+n")
        assert "last one" in task.said


async def test_going_on_during_a_check_leaves_it_behind(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path) as task:
        await task.write(HANG)
        for _ in range(3):
            await task.pilot.press("ctrl+r", "ctrl+n")
            await task.opened()
        assert (await task.check()).startswith("✗ not yet")
        await task.app.warm.end_all()


async def test_a_narrow_screen_has_three_sides(engine: Runs, tmp_path: Path) -> None:
    async with opened_exercise(engine, tmp_path, size=(80, 24)) as task:
        sides = {"task": "#task", "code": "#code", "checks": "#said"}

        def open_one() -> list[str]:
            return [name for name, where in sides.items() if task.screen.query_one(where).region]

        assert open_one() == ["task"]
        await task.press("enter")
        assert open_one() == ["code"]
        assert task.screen.editor.has_focus
        await task.press("ctrl+r")
        await task.ended()
        assert open_one() == ["checks"]
        await task.press("ctrl+t")
        assert open_one() == ["task"]


async def test_a_page_with_an_exercise_opens_it_with_its_number(
    engine: Runs, tmp_path: Path
) -> None:
    lesson = msgspec.structs.replace(catalog.lesson("tensors"))
    lesson.__dict__["pages"] = [Page("Do it", "Words.", ExerciseLink("standardise"))]
    async with opened_exercise(engine, tmp_path, "tensors/a-column") as task:
        for key in ("1", "e"):
            task.app.open_lesson(lesson, 0)
            await task.opened()
            menu = task.app.screen.query_one(ExerciseMenu)
            assert "○ Standardise each column" in str(menu.render())
            await task.press(key)
            await task.opened()
            assert task.screen.exercise.name == NAME


@pytest.mark.parametrize("size", [(56, 16), (80, 24), (99, 30), (100, 30), (160, 45), (240, 70)])
async def test_every_size_shows_the_verdict(
    size: tuple[int, int], engine: Runs, tmp_path: Path
) -> None:
    async with opened_exercise(engine, tmp_path, size=size) as task:
        await task.check()
        rows = task.screen.query_one(VerdictList)
        assert rows.region.height >= len(TASK.head.checks)
        assert rows.region.right <= size[0]
        shown = task.screen.query_one("#said").region
        assert shown.height >= 6
        assert (task.screen.editor.region.width >= 40) is (size[0] >= 100)
        await task.pilot.resize_terminal(120, 40)
        await task.pilot.pause()
        assert task.screen.editor.region.width >= 40


async def test_a_key_at_home_before_its_list_is_painted_is_passed_over(
    engine: Runs, tmp_path: Path
) -> None:
    async with opened_exercise(engine, tmp_path, size=(120, 40)) as task:
        await task.pilot.resize_terminal(40, 10)
        await task.press("escape", "escape")
        await task.press("pagedown", "pageup")
        await task.pilot.resize_terminal(120, 40)
        await task.press("pagedown")
        assert isinstance(task.app.screen, HomeScreen)
