"""The command line: ``tocha`` and its commands. Imports neither torch nor Textual."""

from __future__ import annotations

import sys
from typing import Any

import click
from click.shell_completion import CompletionItem

from tui.commands import (
    completing,
    doctor,
    explain,
    grade,
    practice,
    progress,
    scratch,
    streams,
    watch,
)
from tui.commands import gallery as gallery_command
from tui.commands.endings import said
from tui.commands.gallery import COLORS, GLYPHS
from tui.start import complain, open_app


class LessonOrCommand(click.Group):
    """``tocha autograd`` opens a lesson: a first word that is no command names one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or the hidden one that opens a lesson."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            args = ["open", *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and the lessons that may stand in their place."""
        return super().shell_complete(ctx, incomplete) + completing.lessons(ctx, None, incomplete)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Like click's own, but what is wrong is said in one line, as everywhere else."""
        streams.fill_holes()
        with said():
            try:
                sys.exit(super().main(*args, **settings | {"standalone_mode": False}))
            except click.ClickException as error:
                complain(error.format_message())
            except click.Abort:
                sys.exit(130)


@click.group(cls=LessonOrCommand, invoke_without_command=True)
@click.option("--glyphs", type=GLYPHS, help="What the font can show; found out otherwise.")
@click.option("--colors", type=COLORS, help="How many colours; found out otherwise.")
@click.version_option(package_name="tocha")
@click.pass_context
def main(ctx: click.Context, glyphs: str | None, colors: str | None) -> None:
    """Learn PyTorch by running it.

    Without a command, open the lessons; with the name of a lesson, open that one.

    Exit status: 0 left, 1 what was written last is not kept, 2 no such lesson or command, or no
    terminal to draw on.

    \b
    Examples:
      tocha
      tocha training
      tocha run training.fit --set activation=Tanh
    """
    ctx.obj = {"glyphs": glyphs, "colors": colors}
    if ctx.invoked_subcommand is None:
        open_app(**ctx.obj)


@main.command(name="open", hidden=True)
@click.argument("lesson", shell_complete=completing.lessons)
@click.pass_context
def open_lesson(ctx: click.Context, lesson: str) -> None:
    """Open a lesson.

    Exit status: 0 left, 1 what was written last is not kept, 2 no such lesson, or no terminal to
    draw on.

    \b
    Example:
      tocha open training
    """
    from lessons.format import catalog

    try:
        found = catalog.lesson(lesson)
    except catalog.Unknown as error:
        complain(str(error))
    open_app(first=lambda app: app.open_lesson(found), **ctx.obj)


@main.command(name="list")
def list_lessons() -> None:
    """List lessons and their experiments.

    Exit status: 0 listed.

    \b
    Example:
      tocha list
    """
    from lessons.format import catalog

    for number, lesson in enumerate(catalog.lessons(), 1):
        click.echo(f"{number}  {lesson.slug:<12} {lesson.minutes:>3} min  {lesson.summary}")
        for experiment in lesson.experiments:
            click.echo(f"     {lesson.slug}.{experiment.id:<22} {experiment.title}")


@main.command()
@click.argument("experiment", shell_complete=completing.experiments)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KNOB=VALUE",
    help="Turn a knob.",
    shell_complete=completing.knobs,
)
@click.option("--seed", default=0, show_default=True, help="Same seed, same numbers.")
@click.option("--device", default=None, metavar="auto|cpu|cuda:0…", help="Where to run.")
@click.option("--plain", is_flag=True, help="Text without escapes, as when piped.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def run(experiment: str, **options: Any) -> None:
    """Run an experiment without the app: LESSON.EXPERIMENT.

    Exit status: 0 finished, 1 the run failed, 2 a bad argument, 130 interrupted.

    \b
    Examples:
      tocha run training.fit
      tocha run training.fit --set activation=Tanh --set epochs=200
      tocha run training.fit --json > run.jsonl
    """
    from tui.commands import run

    sys.exit(run.run(experiment, **options))


for command in (
    gallery_command.gallery,
    practice.exercise,
    practice.check,
    grade.grade,
    doctor.doctor,
    explain.explain,
    scratch.scratch,
    scratch.museum,
    scratch.bugs,
    watch.watch,
    watch.attach,
    progress.progress,
    progress.reset,
    progress.export_progress,
    progress.import_progress,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
