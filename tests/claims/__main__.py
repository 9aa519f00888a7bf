"""``python -m tests.claims [LESSON…]``: what the course says of its runs, and whether it is so."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

import click

from lessons.format import catalog
from lessons.format.claims import command
from lessons.format.evidence import COURSES
from lessons.format.pages import Preset
from tests.claims import runs
from tests.claims.judged import Judged, judge, seeds_of
from tests.claims.stated import setting, stated


def report(judged: list[Judged], seeds: int) -> Iterator[str]:
    """What fails, what claims nothing and why, then the sums."""
    for one in judged:
        place = f"{one.stated.lesson}, {one.stated.place}, {one.stated.kind}"
        if one.failures:
            yield f"NOT SO  {place}: {_short(one.stated.text)}"
            yield from (f"        {failure}" for failure in one.failures)
        elif one.is_silent:
            yield f"SILENT  {place}: {_short(one.stated.text)}"
    for one in judged:
        if one.stated.claim.none and one.stated.kind != "answer":
            yield f"no claim  {one.stated.lesson}, {one.stated.place}: {one.stated.claim.none}"
    claims = [one for one in judged if one.claims]
    proven = [one for one in claims if not one.failures]
    once = sum(one.seeds == 1 for one in proven)
    yield (
        f"{len(judged)} stated, {len(claims)} claims: {len(proven)} proven over {seeds} seeds"
        f" ({once} of them of runs in which nothing is drawn by lot), "
        f"{len(claims) - len(proven)} failing; {sum(one.is_silent for one in judged)} silent, "
        f"{sum(not one.claims and not one.is_silent for one in judged)} without a claim"
    )


def numbers(run: str, seeds: int) -> Iterator[str]:
    """What a run shows, seed by seed: for writing claims."""
    name, knobs = command(run, "")
    wanted = setting(name, Preset("", knobs))
    jobs = [runs.job(wanted, seed) for seed in seeds_of(wanted, seeds)]
    for job, answer in runs.answers(jobs).items():
        yield f"seed {job.seed}  {answer.cpu:.1f} s of a processor  {answer.error}"
        for name, course in answer.evidence.courses.items():
            known = ", ".join(
                f"{what} {COURSES[what](course):.6g}"
                for what in ("first", "min", "max", "mean", "count", "best_step")
            )
            yield f"    {name} {course.values[-1]:.6g}  ({known})"


def _short(text: str) -> str:
    return textwrap.shorten(text, 70, placeholder="…")


@click.command()
@click.argument("lessons", nargs=-1)
@click.option("--seeds", default=10, show_default=True, help="The page's own and others.")
@click.option("--page", default="", help="Only pages whose title has this in it.")
@click.option("--look", metavar="RUN", default="", help="Print a run's numbers: 'models.twins'.")
def main(lessons: tuple[str, ...], seeds: int, page: str, look: str) -> None:
    """Hold every claim of LESSONS (all of them) against runs."""
    if look:
        click.echo("\n".join(numbers(look, seeds)))
        return
    chosen = [catalog.lesson(slug) for slug in lessons] or catalog.lessons()
    things = [one for lesson in chosen for one in stated(lesson) if page in one.place]
    judged = judge(things, lambda setting: seeds_of(setting, seeds))
    click.echo("\n".join(report(judged, seeds)))
    sys.exit(any(one.failures or one.is_silent for one in judged))


main()
