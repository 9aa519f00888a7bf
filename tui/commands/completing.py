"""What a shell completes: names of lessons, experiments, exercises, knobs, watched scripts.

Asked at every press of tab, so nothing heavy is imported; what cannot be found is not completed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
from click.shell_completion import CompletionItem

Pairs = Iterable[tuple[str, str]]
"""Names with what a shell may show beside them."""


def matching(found: Pairs, incomplete: str) -> list[CompletionItem]:
    """Those that begin with what was typed."""
    return [CompletionItem(name, help=said) for name, said in found if name.startswith(incomplete)]


def lessons(
    _ctx: click.Context, _param: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Names of lessons."""
    from lessons.format import catalog

    return matching(((one.slug, one.title) for one in catalog.lessons()), incomplete)


def experiments(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Full names of experiments, "training.fit"."""
    return matching(_experiments(), incomplete)


def _experiments() -> Iterator[tuple[str, str]]:
    from lessons.format import catalog

    for lesson in catalog.lessons():
        for one in lesson.experiments:
            yield f"{lesson.slug}.{one.id}", one.title


def exercises(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Full names of exercises, "training/write-the-loop"."""
    from lessons.format import catalog

    return matching(((one.name, one.title) for one in catalog.exercises()), incomplete)


def knobs(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Knobs of the experiment that is named before, each with "=" behind it."""
    from lessons.format import catalog

    # An option that waits for its value keeps click from handing out the arguments.
    named = [ctx.params.get("experiment"), *ctx.args]
    try:
        found = catalog.experiment(next(name for name in named if name))
    except (LookupError, StopIteration):
        return []
    return matching(
        ((f"{name}=", f"{value} unless turned") for name, value in found.defaults.items()),
        incomplete,
    )


def scripts(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Numbers of watched scripts, the newest first."""
    from engine.watch import record as records
    from lessons.store import data_folder

    found = records.all_records(data_folder() / "watched")
    return matching(((str(one.number), " ".join(one.command)) for _, one in found), incomplete)
