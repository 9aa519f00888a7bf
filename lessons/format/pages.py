"""The prose of a lesson: Markdown pages with one activity each, placed by HTML comments.

A page starts at a ``## heading``. On lines of their own, and wrapped as one likes::

    <!-- run: fit epochs=50 activation=Tanh | With Tanh | Why it works: ...
    holds: mse < 2.61 -->

    <!-- predict: What will the fit look like?
    - A straight line | bend < 0.05
    - A curve | bend >= 0.05
    run: fit epochs=50
    why: A sum of lines is a line.
    holds: bend < 0.01
    -->

    <!-- more: fit epochs=500 | For longer | ... -->

    <!-- exercise: write-the-loop -->

    <!-- claim: fit epochs=50 | bend < 0.01 -->

    <!-- introduces: epoch, epochs | once through all the data -->

Several runs on one page are the presets of one activity; the first is the one it starts with.
``more`` is a preset for which the page has no room: it stands on the page's bench, with the others.
A note or a why says ``holds:`` under which condition its words are true of a run (several such
lines must all hold), or ``claims: none (definition)`` where they speak of no run. ``claim`` does
the same for a sentence of the page. ``introduces`` names a term that the page explains.
``<!--= expression -->`` after a number or a word says how a test computes it again.
"""

from __future__ import annotations

import re

import msgspec

from lessons.format import claims, conditions
from lessons.format.claims import Claim, SaidOfRun
from lessons.format.evidence import Evidence, Final
from lessons.format.terms import Term, term

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
QUOTE_MARKER = re.compile(r"<!--=.*?-->", re.DOTALL)
DIRECTIVE = re.compile(
    r"^<!--\s*(run|more|predict|blind|exercise|claim|introduces):(.*?)-->[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
PARTS = re.compile(r"\n(?=- |run:|why:|holds:|claims:)")
HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)


class Preset(msgspec.Struct, frozen=True):
    """Knobs to start a run with; ``knobs`` holds text as typed, only what differs."""

    label: str
    knobs: dict[str, str]
    note: str = ""
    """Why it works, or why it fails."""
    claim: Claim = Claim()
    """When the note is true."""


class Run(msgspec.Struct, frozen=True):
    """Run ``experiment`` (its full name, "training.fit"); the first preset is set at the start."""

    experiment: str
    presets: list[Preset]
    more: list[Preset] = []
    """Those that stand on the page's bench only."""

    @property
    def every(self) -> list[Preset]:
        """The page's presets, then the others."""
        return [*self.presets, *self.more]


class Choice(msgspec.Struct, frozen=True):
    """One answer to a prediction; it is right when ``when`` holds for the finished run."""

    text: str
    when: str


class Predict(msgspec.Struct, frozen=True):
    """Think first, then run."""

    question: str
    choices: list[Choice]
    run: Run
    why: str = ""
    """The reason for the right answer, for after the run."""
    blind: bool = False
    """The run comes first: what it hides is to be told from its pictures."""
    claim: Claim = Claim()
    """When the reason is true."""


class ExerciseLink(msgspec.Struct, frozen=True):
    """Open the exercise of this id."""

    id: str


class ExerciseList(msgspec.Struct, frozen=True):
    """Open one of these exercises, when one likes: the page is done when it was read."""

    ids: list[str]


Activity = Run | Predict | ExerciseLink | ExerciseList


def run_of(activity: Activity | None) -> Run | None:
    """What can be run on a page."""
    activity = activity.run if isinstance(activity, Predict) else activity
    return activity if isinstance(activity, Run) else None


def has_bench(activity: Activity | None) -> bool:
    """Whether there are presets for which the page has no room."""
    run = run_of(activity)
    return run is not None and bool(run.more)


def exercise_ids(activity: Activity | None) -> list[str]:
    """The exercises that can be opened on a page."""
    match activity:
        case ExerciseLink(id=one):
            return [one]
        case ExerciseList(ids=ids):
            return ids
    return []


class Page(msgspec.Struct, frozen=True):
    """One idea: Markdown without comments, and at most one thing to do."""

    title: str
    body: str
    activity: Activity | None = None
    said: list[SaidOfRun] = []
    """What its sentences say of runs."""
    introduces: list[Term] = []
    """The terms that it explains."""

    @property
    def address(self) -> str:
        """The title as it stands in references, "views-and-copies"."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


def right_choice(predict: Predict, shown: Evidence | Final) -> int | None:
    """Which choice is right after what the run has shown.

    None when none of them is, or when the run ended before it came to its closing numbers.
    """
    try:
        found = [conditions.holds(choice.when, shown) for choice in predict.choices]
    except (LookupError, ValueError):
        return None
    return found.index(True) if True in found else None


def closing(recap: list[str], further: list[str], exercises: list[str]) -> list[Page]:
    """The page at the end of a lesson; none when there is nothing to say on it.

    ``exercises`` are their ids.
    """
    parts = ["\n".join(f"- {sentence}" for sentence in recap)] if recap else []
    if further:
        titles = "\n".join(f"- {title}" for title in further)
        parts.append(f"**To read on**\n\n{titles}")
    activity = ExerciseList(exercises) if exercises else None
    return [Page("In short", "\n\n".join(parts), activity)] if parts or activity else []


def parse(prose: str, slug: str) -> list[Page]:
    """The pages of a lesson's Markdown (front matter already cut off).

    Raises:
        ValueError: a directive that cannot be read, or two activities on one page.
    """
    parts = HEADING.split(prose)[1:]
    return [_page(*page, slug) for page in zip(parts[::2], parts[1::2], strict=True)]


def _page(title: str, text: str, slug: str) -> Page:
    text = QUOTE_MARKER.sub("", text)
    found = [(match[1], match[2]) for match in DIRECTIVE.finditer(text)]
    body = re.sub(r"\n{3,}", "\n\n", COMMENT.sub("", text)).strip()
    try:
        said = [claims.said_of_run(words, slug) for kind, words in found if kind == "claim"]
        terms = [term(words) for kind, words in found if kind == "introduces"]
        todo = [(kind, words) for kind, words in found if kind not in ("claim", "introduces")]
        return Page(title, body, _activity(todo, slug), said, terms)
    except ValueError as error:
        raise ValueError(f"{slug}, page {title!r}: {error}") from error


def _activity(found: list[tuple[str, str]], slug: str) -> Activity | None:
    kinds = [kind for kind, _ in found]
    if not kinds:
        return None
    if "run" in kinds and set(kinds) <= {"run", "more"}:
        return _merged([(kind, _run(words, slug)) for kind, words in found])
    if kinds in (["predict"], ["blind"]):
        return _predict(found[0][1], slug, blind=kinds == ["blind"])
    if kinds == ["exercise"]:
        return ExerciseLink(" ".join(found[0][1].split()))
    raise ValueError(f"more than one activity: {', '.join(kinds)}")


def _merged(runs: list[tuple[str, Run]]) -> Run:
    if len({run.experiment for _, run in runs}) > 1:
        raise ValueError("the presets of a page belong to one experiment")
    by_kind = {
        kind: [preset for of, run in runs if of == kind for preset in run.presets]
        for kind in ("run", "more")
    }
    return Run(runs[0][1].experiment, by_kind["run"], by_kind["more"])


def _run(text: str, slug: str) -> Run:
    line, *rest = _items(text)
    command, label, note = (*(part.strip() for part in line.split("|", 2)), "", "")[:3]
    name, knobs = claims.command(command, slug)
    return Run(name, [Preset(label, knobs, note, claims.of_items(rest))])


def _predict(text: str, slug: str, *, blind: bool) -> Predict:
    question, *rest = _items(text)
    choices = [_choice(item) for item in rest if item.startswith("- ")]
    runs = [item.removeprefix("run:") for item in rest if item.startswith("run:")]
    why = " ".join(item.removeprefix("why:").strip() for item in rest if item.startswith("why:"))
    if len(choices) < 2 or len(runs) != 1:
        raise ValueError("a prediction is a question, choices that start with -, and a run: line")
    return Predict(question, choices, _run(runs[0], slug), why, blind, claims.of_items(rest))


def _choice(item: str) -> Choice:
    text, _, when = item.removeprefix("- ").rpartition("|")
    conditions.parse(when)
    return Choice(text.strip(), when.strip())


def _items(text: str) -> list[str]:
    return [" ".join(item.split()) for item in PARTS.split(text)]
