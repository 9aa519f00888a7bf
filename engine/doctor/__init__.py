"""Errors explained: from a live exception, or from the text of a traceback. Imports no torch.

What belongs here: rules, and the words for what they find. Finding faults in a running loop is the
business of ``engine.probe``. A fault in here is never told instead of the error: what cannot be
explained stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from engine.doctor.conditions import CONDITIONS
from engine.doctor.error_context import ErrorContext, look
from engine.doctor.rules import Rule, matching, rules
from engine.doctor.traceback_text import Report, all_classes, reports
from engine.doctor.words import here, told
from engine.process.failure import print_plainly, words_of
from engine.process.protocol import Explained, encode

__all__ = ["ErrorContext", "Report", "Rule", "examine", "explain", "read", "rules"]

LONGEST_SOURCE = 80
"""Characters of a failing line that is repeated in an explanation."""


def examine(error: BaseException, run_id: int, file: str = "") -> Explained | None:
    """What a live exception means, with the variables of the failing line; None if unknown.

    ``file`` is the name of the learner's source, where it is certain. Raises nothing: looking at
    the variables of a failing line may run the learner's code, and this code may have a fault.
    Python's traceback is printed then.
    """
    try:
        explained = _examined(error, run_id, file)
        if explained is not None:
            # What cannot be sent explains nothing.
            encode(explained)
    except BaseException:
        print_plainly(error)
        return None
    return explained


def _examined(error: BaseException, run_id: int, file: str) -> Explained | None:
    """Of a group, which no rule knows, the first of its exceptions that one does."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if (explained := _examined(one, run_id, file)) is not None:
                if not isinstance(one, BaseExceptionGroup):
                    explained.says += f" {_one_of(len(error.exceptions))}"
                return explained
        return None
    names = [kind.__name__ for kind in type(error).__mro__]
    message = error.msg if isinstance(error, SyntaxError) else words_of(error)[1]
    return explain(names, message, look(error, file), run_id)


def _one_of(size: int) -> str:
    one = f"one of the {size} exceptions" if size > 1 else "the only exception"
    return f"It is {one} of a group."


def explain(
    names: list[str], message: str, context: ErrorContext, run_id: int = 0
) -> Explained | None:
    """The first rule that fits, in words; ``names`` are the exception's classes, its own first."""
    context.message = message
    for rule, found in matching(names, message):
        if not rule.when or CONDITIONS[rule.when](context):
            return _in_words(rule, found, context, run_id)
    return None


def read(traceback: str) -> tuple[Report, Explained | None]:
    """What a traceback's text says, and what it means; None if unknown.

    Of several exceptions it is the last one that is explained; where that is unknown, the last one
    that led to it; of a group the first one that is known. Raises nothing: a fault on the way
    leaves the rest unexplained.
    """
    found: list[Report] = []
    # A text may be laid out as nobody has seen: it is still there to be read.
    with suppress(Exception):
        for report in reports(traceback):
            found.append(report)
            if _only_named(report, found[0]):
                continue
            if (explained := _of_text(report)) is not None:
                explained.says = " ".join([explained.says, *_among(report, found)])
                return report, explained
    # A group says more than its first exception where none of them is known.
    return next((one for one in found if not one.group), found[0] if found else Report()), None


def _only_named(report: Report, last: Report) -> bool:
    """Whether an exception is a cause that was never raised: it has no place, and the last has."""
    own = report.context
    return bool(last.context.line) and not (own.line or own.source or report.group)


def _among(report: Report, tried: list[Report]) -> Iterator[str]:
    """Which of the text's exceptions was explained, where it is not the one."""
    if report.group:
        yield _one_of(report.group)
    last = next((one for one in tried if not one.group), report)
    if last is not report and last is tried[0]:
        yield f"It stands before the {last.names[0]} that the text ends with, unknown here."


def _of_text(report: Report) -> Explained | None:
    if report.names:
        explained = explain(report.names, report.message, report.context)
        if explained is not None and not report.context.named and (seen := _place(report)):
            explained.says += f" {seen}"
        return explained
    # A message alone: rules that live by the exception's class have nothing to go by.
    for rule, found in matching(all_classes(), report.message):
        if not rule.when and not any(re.search(pattern, "?") for pattern in rule.patterns):
            return _in_words(rule, found, report.context, 0)
    return None


def _place(report: Report) -> str:
    """Where it happened, in the learner's own words: the only sentence a bare traceback allows."""
    what = report.marked or report.context.source
    if not what or len(what) > LONGEST_SOURCE:
        return ""
    where = f" (line {report.context.line})" if report.context.line else ""
    return f"Here it was `{what}`{where}."


def _in_words(rule: Rule, found: dict[str, str], context: ErrorContext, run_id: int) -> Explained:
    found = {name: told(text) for name, text in found.items()}
    said = [rule.says.format(**found), here(context, rule.aspect) if rule.aspect else ""]
    return Explained(
        run_id,
        rule=rule.id,
        title=rule.title,
        says=" ".join(filter(None, said)),
        fix=rule.fix.format(**found),
        page=rule.page,
    )
